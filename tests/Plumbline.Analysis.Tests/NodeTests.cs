using Plumbline.Analysis.Comparisons;
using Plumbline.Analysis.CrossChecks;
using Plumbline.Analysis.Growths;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

/// <summary>Figures on the nodes of a cluster.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Figures_come_out_for_each_node_as_they_were_planted()
    {
        using ResultsStore store = _file.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2"));
        ExperimentResults results = store.Load(messages.ExperimentId);

        for (int index = 0; index < 2; index++)
        {
            ExperimentResults view = results.ByNode()[index];
            ComparisonTable table = ComparisonTable.Of(view);
            foreach (int services in messages.Spec.Services)
            {
                double planted = ClusterExperiment.Prerouting(index, services, Position.Last);
                ComparisonCell cell = table.Cell(
                    services, Cell.Empty.With(Planes.IptablesNft).With(Position.Last), Stage.Prerouting)!;
                Assert.Equal((3, 3), (cell.Builds, cell.Trials));
                Assert.InRange(cell.P50!.Ns, planted, planted * 1.05);
            }

            Assert.InRange(
                table.Baseline(Arm.First, Stage.Prerouting)!.P50!.Ns, 400 * (1 + index), 420 * (1 + index));
            Growth growth = Assert.Single(
                ExperimentAnalysis.Of(view).Growths,
                each => each.Stage == Stage.Prerouting && each.Cell.Position == Position.Last);
            Assert.InRange(growth.SlopeNsPerService.Value, 15.4 * (1 + index), 16.4 * (1 + index));
        }
    }

    [Fact]
    public void Figures_of_nodes_together_are_refused()
    {
        using ResultsStore store = _file.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2"));
        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.All(
            (Action[])
            [
                () => ComparisonTable.Of(results),
                () => CrossCheck.Of(results),
                () => ExperimentAnalysis.Of(results),
                () => FunctionCallTable.Of(results),
                () => ExperimentComparison.Of(results, results),
            ],
            make => Assert.Contains(
                "worker-1, worker-2",
                Assert.Throws<InvalidOperationException>(make).Message,
                StringComparison.Ordinal));
    }
}
