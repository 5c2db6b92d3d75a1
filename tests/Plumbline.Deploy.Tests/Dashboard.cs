using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumbline.Deploy.Tests;

/// <summary>A panel's query as written in the file.</summary>
internal sealed record PanelQuery(
    string Kind, string Title, string Format, string Sql, IReadOnlyList<string> NamedColumns);

/// <summary>A variable of the dashboard: its query, and whether a panel repeats for each value.</summary>
internal sealed record DashboardVariable(string Name, string Sql, string? Default);

/// <summary>A provisioned dashboard of Grafana.</summary>
internal sealed partial class Dashboard
{
    private readonly JsonElement _root;

    public Dashboard(string file) => _root = JsonDocument.Parse(File.ReadAllText(file)).RootElement;

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Repository.File("deploy/grafana/dashboards"), "*.json")
            .Select(file => Path.GetFileName(file)).Order()];

    public string Uid => _root.GetProperty("uid").GetString()!;

    public IReadOnlyList<DashboardVariable> Variables =>
    [
        .. _root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(each => new DashboardVariable(
            each.GetProperty("name").GetString()!,
            each.GetProperty("query").GetString()!,
            each.TryGetProperty("current", out JsonElement current)
                && current.GetProperty("value") is { ValueKind: JsonValueKind.String } value
                ? value.GetString()
                : null)),
    ];

    public IReadOnlyList<PanelQuery> Queries =>
    [
        .. from panel in _root.GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select new PanelQuery(
               panel.GetProperty("type").GetString()!,
               panel.GetProperty("title").GetString()!,
               target.GetProperty("format").GetString()!,
               target.GetProperty("rawSql").GetString()!,
               [.. NamedColumns(panel)]),
    ];

    /// <summary>All data sources in the file.</summary>
    public IEnumerable<string> DataSources =>
        Source().Matches(_root.GetRawText()).Select(match => match.Groups[1].Value).Distinct();

    public IEnumerable<JsonElement> Panels => _root.GetProperty("panels").EnumerateArray();

    /// <summary>Like Grafana's ${name:sqlstring}: in quotes, with inner quotes doubled.</summary>
    public static string Interpolate(string sql, IReadOnlyDictionary<string, string> values) => Variable().Replace(
        sql, match => $"'{values[match.Groups[1].Value].Replace("'", "''", StringComparison.Ordinal)}'");

    private static IEnumerable<string> NamedColumns(JsonElement panel)
    {
        foreach (JsonElement series in panel.GetProperty("options").TryGetProperty("series", out JsonElement list)
            ? list.EnumerateArray()
            : default)
        {
            yield return series.GetProperty("x").GetProperty("matcher").GetProperty("options").GetString()!;
            yield return series.GetProperty("y").GetProperty("matcher").GetProperty("options").GetString()!;
        }

        if (panel.GetProperty("options").TryGetProperty("xField", out JsonElement field))
        {
            yield return field.GetString()!;
        }

        foreach (JsonElement transformation in panel.TryGetProperty("transformations", out JsonElement transformations)
            ? transformations.EnumerateArray()
            : default)
        {
            foreach (string name in new[] { "columnField", "rowField", "valueField" })
            {
                yield return transformation.GetProperty("options").GetProperty(name).GetString()!;
            }
        }

        // Colours are set for all data planes, even when a panel has fewer.
        if (panel.GetProperty("type").GetString() == "table")
        {
            foreach (JsonElement matcher in panel.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
                .Select(each => each.GetProperty("matcher")))
            {
                if (matcher.GetProperty("id").GetString() == "byName")
                {
                    yield return matcher.GetProperty("options").GetString()!;
                }
            }
        }
    }

    [GeneratedRegex(@"\$\{([a-z_]+):sqlstring\}")]
    private static partial Regex Variable();

    [GeneratedRegex("\"type\":\\s*\"grafana-postgresql-datasource\",\\s*\"uid\":\\s*\"([^\"]*)\"")]
    private static partial Regex Source();
}
