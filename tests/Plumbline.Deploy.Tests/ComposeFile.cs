using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Plumbline.Deploy.Tests;

/// <summary>docker-compose.yml, with every variable at its default.</summary>
internal static partial class ComposeFile
{
    public static string Text { get; } = File.ReadAllText(Repository.File("docker-compose.yml"));

    /// <summary>The variables that may be set, with their defaults.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } =
        Variable().Matches(Text)
            .Select(match => (Name: match.Groups["name"].Value, Default: match.Groups["default"].Value)).Distinct()
            .ToDictionary(each => each.Name, each => each.Default);

    public static IDictionary<object, object> Whole { get; } = Parse();

    public static IEnumerable<(string Name, IDictionary<object, object> Settings)> Services =>
        Section("services").Select(each => ((string)each.Key, (IDictionary<object, object>)each.Value));

    public static IDictionary<object, object> Section(string name) => (IDictionary<object, object>)Whole[name];

    public static IDictionary<object, object> Service(string name) =>
        Services.Single(each => each.Name == name).Settings;

    /// <summary>A list; empty when it is missing.</summary>
    public static IReadOnlyList<string> List(IDictionary<object, object> settings, string name) =>
        settings.TryGetValue(name, out object? value)
            ? [.. ((IEnumerable<object>)value).Select(each => each as string ?? "")]
            : [];

    /// <summary>A mapping; empty when it is missing.</summary>
    public static IDictionary<object, object> Map(IDictionary<object, object> settings, string name) =>
        settings.TryGetValue(name, out object? value)
            ? (IDictionary<object, object>)value
            : new Dictionary<object, object>();

    private static IDictionary<object, object> Parse()
    {
        string text = Variable().Replace(Text, match => match.Groups["default"].Value);
        return new DeserializerBuilder()
            .Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(text))));
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+):-(?<default>[^}]*)\}")]
    private static partial Regex Variable();
}
