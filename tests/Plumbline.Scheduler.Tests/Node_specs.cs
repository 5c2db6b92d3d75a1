namespace Plumbline.Scheduler.Tests;

/// <summary>Experiments on the nodes of a cluster.</summary>
public sealed class Node_specs
{
    private static readonly ExperimentSpec s_spec =
        Specs.Small with { DataPlanes = ["nftables"], Nodes = ["node-a", "node-b"] };

    private static readonly ExperimentState s_scaling = ExperimentFlow.Start(Specs.Plan(s_spec), Life.Start).State;

    [Fact]
    public void Every_cell_is_measured_on_every_node_and_so_is_the_baseline()
    {
        ExperimentPlan plan = Specs.Plan(s_spec);

        Assert.All(plan.Steps, step => Assert.Equal(
            ["node-a", "node-a", "node-b", "node-b"],
            step.Trials.Select(trial => trial.Cell.Node).Order(StringComparer.Ordinal)));
        Assert.Equal(Specs.Plan(s_spec with { Nodes = ["node-a"] }).TrialCount * 2, plan.TrialCount);
    }

    [Fact]
    public void Each_trial_gets_its_node_as_the_answer_to_the_step_described_it()
    {
        Assert.Equal(["node-a", "node-b"],
            ExperimentFlow.Start(Specs.Plan(s_spec), Life.Start).Messages.OfType<ScaleStep>().Single().Nodes);

        Transition measuring = ExperimentFlow.OnScaled(s_scaling, Scaled("node-b", "node-a"), Life.Start);

        MeasureTrial trial = Assert.IsType<MeasureTrial>(Assert.Single(measuring.Messages));
        Assert.Equal(s_scaling.PresentTrials[0].Cell.Node, trial.Node!.Name);
        Assert.Equal($"10.244.{(trial.Node.Name == "node-b" ? 0 : 1)}.128/26", trial.Node.SourcePrefix);
    }

    [Fact]
    public void A_step_that_lacks_a_measured_node_fails_the_experiment_with_its_name()
    {
        Transition removing = ExperimentFlow.OnScaled(s_scaling, Scaled("node-a"), Life.Start);

        Assert.IsType<RemoveServices>(Assert.Single(removing.Messages));
        Assert.Equal(
            "step 0 was set up without node node-b: run the service scaler in the cluster (PLUMBLINE_SCALER__TARGET)",
            removing.State.FailureReason);
    }

    [Fact]
    public void More_nodes_take_more_flows() => Assert.Equal(
        ExperimentPlanner.MostFlows(Specs.Small) * 2,
        ExperimentPlanner.MostFlows(Specs.Small with { Nodes = ["node-a", "node-b"] }));

    private static ServicesScaled Scaled(params string[] nodes) => new()
    {
        ExperimentId = s_scaling.Plan.ExperimentId,
        Step = 0,
        DataPlanes = [],
        Nodes =
        [
            .. nodes.Select((node, i) => new ScaledNode
            {
                Node = new MeasuredNode
                {
                    Name = node,
                    SourcePrefix = $"10.244.{i}.128/26",
                    EndpointIp = "10.244.9.9",
                    EndpointPort = 7001,
                    ServiceNamespace = "plumbline-x",
                },
                DataPlane = Planes.Nftables,
                Rules = 0,
                AllRules = 2,
                ProgrammingNs = 1,
                Remarks = [],
            }),
        ],
    };
}
