using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Plumbline.Cli;

/// <summary>
/// Reads an experiment's specification from YAML. Keys are the properties of <see cref="ExperimentSpec"/> in camelCase,
/// and the keys of all other axes.
/// </summary>
internal static class ExperimentFile
{
    /// <exception cref="UserException">
    /// The file is missing or not readable, is not YAML, or has an unknown key or a value of the wrong type.
    /// </exception>
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

    /// <exception cref="YamlException">
    /// The text is not YAML, or has an unknown key or a value of the wrong type.
    /// </exception>
    public static ExperimentSpec Parse(string yaml)
    {
        ExperimentSpec spec = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithTypeMapping<IReadOnlyList<int>, List<int>>()
            .WithTypeMapping<IReadOnlyList<string>, List<string>>()
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<ExperimentSpec?>(yaml) ?? new ExperimentSpec();
        return spec with { Others = Others(yaml) };
    }

    /// <summary>The values of axes that the specification has no property for.</summary>
    private static Dictionary<string, JsonElement> Others(string yaml)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(yaml));
        Dictionary<string, JsonElement> others = [];
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            return others;
        }

        string[] own = [.. OwnKeys()];
        foreach ((YamlNode key, YamlNode values) in root.Children)
        {
            string name = key.ToString();
            if (Axes.Others.Any(axis => axis.Key == name))
            {
                others[name] = JsonSerializer.SerializeToElement(
                    values is YamlSequenceNode list
                        ? list.Children.Select(each => each.ToString())
                        : [values.ToString()]);
            }
            else if (!own.Contains(name))
            {
                string known = string.Join(", ", own.Concat(Axes.Others.Select(axis => axis.Key)));
                throw new YamlException(key.Start, key.End, $"unknown key '{name}'; known are {known}");
            }
        }

        return others;
    }

    private static IEnumerable<string> OwnKeys() => typeof(ExperimentSpec).GetProperties()
        .Select(each => JsonNamingPolicy.CamelCase.ConvertName(each.Name)).Except(["others"]);

    private static string Reason(YamlException exception)
    {
        string message = exception.InnerException?.Message ?? exception.Message;
        bool isWrongType = exception.InnerException is FormatException or OverflowException
            || message.StartsWith("No node deserializer", StringComparison.Ordinal)
            || message.StartsWith("Expected", StringComparison.Ordinal);
        return isWrongType ? "the value has the wrong type; write a number, a text or a [list]" : message;
    }
}
