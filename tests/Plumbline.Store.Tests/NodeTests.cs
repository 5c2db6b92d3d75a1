using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

/// <summary>Results of a cluster's nodes, the same in both databases.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_trials_node_is_loaded_as_it_was_recorded()
    {
        Messages messages = ClusterExperiment.MessagesOf("worker-1");
        TrialMeasured trial = ClusterExperiment.On(
            "worker-1", messages.Trial(1, 0, Planes.IptablesNft, 100, Position.First, Messages.Around(2_000)));
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(trial);

        Assert.Equal(trial.Trial, Assert.Single(store.Load(messages.ExperimentId).Attempts).Trial);
        Assert.Equal(["worker-1"], _file.Query<string>("SELECT DISTINCT node FROM accepted_latency"));
        Assert.Equal(["worker-1"], _file.Query<string>("SELECT DISTINCT node FROM trial_attempt"));
    }

    [Fact]
    public void What_a_step_was_on_each_node_is_loaded_as_it_was_recorded()
    {
        Messages messages = ClusterExperiment.MessagesOf("a", "b");
        ServicesScaled scaled = messages.Scaled(1, 100, (Planes.IptablesNft, 7_000)) with
        {
            Nodes =
            [
                ClusterExperiment.Scaled("a", 0, 100, 1), ClusterExperiment.Scaled("b", 1, 100, 1),
                ClusterExperiment.Scaled("c", 0, 100, 1) with
                {
                    KubeProxy = new KubeProxyReading { Version = "v1.35.0" },
                },
            ],
        };
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordStep(scaled);
        store.RecordStep(scaled with { Nodes = [] });

        Assert.Equivalent(scaled, Assert.Single(store.Load(messages.ExperimentId).Steps), strict: true);
        Assert.Equal([100L, 100L, 100L], _file.Query<long>("SELECT services FROM node_step"));
    }

    [Fact]
    public void Of_a_step_that_was_set_up_again_a_node_has_the_latest()
    {
        Messages messages = ClusterExperiment.MessagesOf("a");
        ServicesScaled first = messages.Scaled(1, 100, (Planes.IptablesNft, 7_000)) with
        {
            Nodes = [ClusterExperiment.Scaled("a", 0, 100, 1)],
        };
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordStep(first with { Run = 1, Nodes = [first.Nodes[0] with { ProgrammingNs = 77 }] });
        store.RecordStep(first);

        ServicesScaled step = Assert.Single(store.Load(messages.ExperimentId).Steps);
        Assert.Equal((1, 77), (step.Run, Assert.Single(step.Nodes).ProgrammingNs));
        Assert.Equal(2, _file.Scalar<long>("SELECT COUNT(*) FROM node_step"));
    }

    [Fact]
    public void Each_node_is_a_machine_of_its_own()
    {
        Messages messages = ClusterExperiment.MessagesOf("a", "b");
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordMachine(ClusterExperiment.Described(messages, "b", "6.12.0"));
        store.RecordMachine(ClusterExperiment.Described(messages, "a", "6.1.0"));
        store.RecordMachine(ClusterExperiment.Described(messages, "a", "late"));

        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Null(results.Machine);
        Assert.Equal(["6.1.0", "6.12.0"], results.ByNode().Select(view => view.Machine!.Kernel));
    }

    [Fact]
    public void Nodes_are_in_the_order_of_the_specification_and_each_has_its_own_attempts_steps_and_trials()
    {
        using ResultsStore store = _file.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-2", "worker-1"));

        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Equal(["worker-2", "worker-1"], results.Nodes);
        Assert.All(results.ByNode(), view =>
        {
            Assert.Equal([view.Node!], view.Nodes);
            Assert.Equal(results.Attempts.Count / 2, view.Attempts.Count);
            Assert.Equal(view.Attempts.Count, view.Summary.TrialCount);
            Assert.All(view.Attempts, attempt => Assert.Equal(view.Node, attempt.Trial.Node!.Name));
            Assert.All(view.Steps, step => Assert.Equal(view.Node, Assert.Single(step.Nodes).Node.Name));
            Assert.Same(view, results.OfNode(view.Node!));
        });
        Assert.Throws<ArgumentException>(() => results.OfNode("worker-3"));
        Assert.Contains(
            "worker-2, worker-1",
            Assert.Throws<InvalidOperationException>(results.OfOneMachine).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_rules_and_the_time_to_program_them_are_the_nodes_own()
    {
        using ResultsStore store = _file.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2"));

        IReadOnlyList<ExperimentResults> nodes = store.Load(messages.ExperimentId).ByNode();

        Assert.Equal(
            [
                (DataPlane.NoRules, 0, 0, ClusterExperiment.Programming(0, 0), "kube-proxy v1.36.1"),
                (Planes.IptablesNft, 100, 100, ClusterExperiment.Programming(0, 100), "kube-proxy v1.36.1"),
            ],
            nodes[0].Steps.Take(2).Select(Programmed));
        Assert.Equal(
            (Planes.IptablesNft, 100, 100, ClusterExperiment.Programming(1, 100), "kube-proxy"),
            Programmed(nodes[1].Steps[1]));

        static (DataPlane, int, int, long, string) Programmed(ServicesScaled step)
        {
            ProgrammedDataPlane each = Assert.Single(step.DataPlanes);
            return (each.Cell.DataPlane, each.Cell.Services, each.Rules, each.ProgrammingNs, each.Tool);
        }
    }

    [Fact]
    public void A_lab_has_no_nodes_and_is_its_own_only_view()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 1);

        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Empty(results.Nodes);
        Assert.Same(results, Assert.Single(results.ByNode()));
        Assert.Equal(0, _file.Scalar<long>("SELECT COUNT(*) FROM accepted_latency WHERE node IS NOT NULL"));
    }
}
