using System.Xml.Linq;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class PlotExportTests : IDisposable
{
    private static readonly string[] s_plots =
    [
        "p50",
        "p99",
        "distribution",
        "round-trip",
        "scatter",
        "position",
        "programming",
    ];

    private readonly ResultsFile _file = new();

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_plot_is_written_as_a_drawing()
    {
        string folder = _folder.File("plots");
        string[] paths = [.. PlotExport.Write(Sample(), folder)];

        Assert.Equal(paths.Order(), Directory.GetFiles(folder).Order());
        Assert.Equal(s_plots, paths.Select(path => Path.GetFileNameWithoutExtension(path).Split('.')[1]));
        Assert.All(paths, path =>
        {
            XElement svg = XDocument.Load(path).Root!;
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.DoesNotContain("var(--", svg.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_experiment_without_any_result_has_no_plot()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());

        Assert.Empty(PlotExport.Write(store.Load(messages.ExperimentId), _folder.File("none")));
    }

    private ExperimentResults Sample()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Services = [100, 1_000, 10_000], Trials = 3 } };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages);
        return store.Load(messages.ExperimentId);
    }
}
