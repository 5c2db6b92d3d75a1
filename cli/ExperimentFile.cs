using Plumbline.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Plumbline.Cli;

/// <summary>Reads an experiment's specification from YAML; keys are those of <see cref="ExperimentSpec"/> in camelCase.</summary>
internal static class ExperimentFile
{
    /// <exception cref="UserException">The file is missing or not readable, is not YAML, or has an unknown key or a value of the wrong type.</exception>
    public static ExperimentSpec Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"{path} cannot be read: {exception.Message}");
        }
        catch (YamlException exception)
        {
            throw new UserException(ExitCode.BadInput, $"{path}, line {exception.Start.Line}: {Reason(exception)}");
        }
    }

    public static ExperimentSpec Parse(string yaml) =>
        new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithTypeMapping<IReadOnlyList<int>, List<int>>()
            .WithTypeMapping<IReadOnlyList<string>, List<string>>()
            .Build()
            .Deserialize<ExperimentSpec?>(yaml) ?? new ExperimentSpec();

    private static string Reason(YamlException exception)
    {
        string message = exception.InnerException?.Message ?? exception.Message;
        int property = message.IndexOf("Property '", StringComparison.Ordinal);
        if (property >= 0)
        {
            string key = message[(property + 10)..].Split('\'')[0];
            string known = string.Join(", ", typeof(ExperimentSpec).GetProperties()
                .Select(each => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(each.Name)));
            return $"unknown key '{key}'; known are {known}";
        }

        bool isWrongType = exception.InnerException is FormatException or OverflowException
            || message.StartsWith("No node deserializer", StringComparison.Ordinal)
            || message.StartsWith("Expected", StringComparison.Ordinal);
        return isWrongType ? "the value there is of the wrong type (a number, a text or a [list] is expected)" : message;
    }
}
