using System.Net;
using System.Text.Json;
using Plumbline.Analysis;
using Plumbline.Analysis.Growths;
using Plumbline.Analysis.Tables;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Store;

namespace Plumbline.House.Tests;

/// <summary>Results of the tests' own data plane, at two values of the tests' own axis, in every report.</summary>
public sealed class Padded_report_specs : IDisposable
{
    private static readonly string[] s_paddings = ["0", "1500"];

    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new()
    {
        Spec = new ExperimentSpec { DataPlanes = ["padded", "nftables"], Services = [100, 1_000, 10_000], Trials = 3 },
    };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Each_value_of_the_axis_is_a_column_and_has_a_growth_of_its_own()
    {
        ExperimentResults results = Recorded();

        Assert.Equal(
            [
                "nftables last padding 0", "nftables last padding 1,500",
                "padded last padding 0", "padded last padding 1,500",
            ],
            ComparisonTable.Of(results).Columns.Select(CellText.Column));
        Growth[] growths = [.. ExperimentAnalysis.Of(results).Growths.Where(each => each.Stage == Stage.Prerouting)];
        Assert.Equal(4, growths.Length);
        Assert.All(growths, growth => Assert.Equal(
            growth.Cell.DataPlane == TestOnly.Plane.Name ? GrowthVerdict.Linear : GrowthVerdict.Constant,
            growth.Verdict));
        Assert.Equal(2 * 3, ExperimentAnalysis.Of(results).Differences.Count);
    }

    [Fact]
    public void The_csv_and_the_prometheus_text_have_a_column_and_a_label_for_the_axis()
    {
        ExperimentResults results = Recorded();

        string[][] csv = [.. Written(CsvExport.Write, results).TrimEnd().Split('\n').Select(line => line.Split(','))];
        int column = Array.IndexOf(csv[0], "padding");
        Assert.Equal(s_paddings, csv[1..].Select(row => row[column]).Distinct().Order());
        Assert.Contains(
            "{path=\"cluster-ip\",data_plane=\"padded\",position=\"last\",services=\"100\",padding=\"1500\",stage=",
            Written(PrometheusExport.Write, results),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_the_axis_in_every_cell()
    {
        using JsonDocument json = JsonDocument.Parse(Written(JsonExport.Write, Recorded()));

        Assert.All(
            json.RootElement.GetProperty("comparison").GetProperty("cells").EnumerateArray(),
            cell => Assert.True(cell.GetProperty("cell").GetProperty("padding").GetInt32() is 0 or 1_500));
    }

    [Fact]
    public void The_page_and_the_markdown_name_the_axis_and_draw_the_data_plane_in_its_colours()
    {
        ExperimentResults results = Recorded();
        string html = WebUtility.HtmlDecode(Written(HtmlReport.Write, results));

        Assert.Contains($"--padded: {TestOnly.Plane.Style.Color};", html, StringComparison.Ordinal);
        Assert.Contains($"--padded: {TestOnly.Plane.Style.DarkColor};", html, StringComparison.Ordinal);
        Assert.Contains("stroke:var(--padded)", html, StringComparison.Ordinal);
        Assert.Contains(">padded last padding 1,500</text>", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"col\">padding</th>", html, StringComparison.Ordinal);
        Assert.Contains("At 10,000 Services (padding 1,500) padded takes", html, StringComparison.Ordinal);
        Assert.Contains(
            "| padded last padding 1,500 |", Written(MarkdownExport.Write, results), StringComparison.Ordinal);
    }

    private ExperimentResults Recorded()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Built(3, services: [.. _messages.Spec.Services]));
        int trial = 0;
        var cells =
            from build in Enumerable.Range(0, 3)
            from size in _messages.Spec.Services.Index()
            from plane in _messages.Spec.DataPlanes
            from padding in s_paddings
            select (Step: 1 + (build * 3) + size.Index, size.Item, Plane: new DataPlane(plane), padding, build);
        foreach ((int step, int services, DataPlane plane, string padding, int build) in cells)
        {
            double rules = plane == TestOnly.Plane.Name ? (10.0 * services) + int.Parse(padding, null) : 0;
            double ns = (2_000 + rules) * (1 + (0.01 * build));
            TrialMeasured measured = _messages.Trial(
                step, trial++, plane, services, Position.Last, Messages.Around(ns, trial));
            store.RecordTrial(measured with
            {
                Trial = measured.Trial with
                {
                    Cell = measured.Trial.Cell.With(Axes.Path, Axes.Path.Default).With(TestOnly.Padding, padding),
                },
            });
        }

        store.RecordCompleted(_messages.Completed());
        return store.Load(_messages.ExperimentId);
    }

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return writer.ToString();
    }
}
