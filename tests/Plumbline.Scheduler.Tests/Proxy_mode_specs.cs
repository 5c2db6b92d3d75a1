using Plumbline.DataPlanes;
using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Experiments that switch kube-proxy's mode.</summary>
public sealed class Proxy_mode_specs
{
    private static readonly ExperimentSpec s_spec = Specs.Small with
    {
        DataPlanes = ["iptables-nft", "nftables"],
        Nodes = ["worker-1"],
        ProxyModes = ["iptables", "nftables"],
        AllowProxyReconfiguration = true,
    };

    private static readonly string[][] s_modes = [["iptables", "nftables"], ["nftables", "iptables"], ["nftables"]];

    private static readonly Gen<ExperimentSpec> s_specs =
        Gen.Select(Specs.Valid, Gen.Int[0, 2].Select(i => s_modes[i])).Select(
            (spec, modes) => spec with
            {
                DataPlanes = modes.Length > 1 ? ["iptables-legacy", "nftables"] : modes,
                ProxyModes = modes,
                Nodes = ["worker-1"],
                AllowProxyReconfiguration = true,
            });

    [Fact]
    public void All_steps_of_one_mode_come_together_between_their_own_baselines() => s_specs.Sample(spec =>
    {
        PlannedStep[][] blocks =
            [.. Specs.Plan(spec).Steps.GroupBy(step => step.ProxyMode).Select(block => block.ToArray())];

        Assert.Equal(spec.ProxyModes.Order(), blocks.Select(block => block[0].ProxyMode!.Value.WireName()).Order());
        Assert.Equal(Specs.Plan(spec).Steps, blocks.SelectMany(block => block).OrderBy(step => step.Step), IsSame);
        Assert.All(blocks, block =>
        {
            Assert.Equal(Enumerable.Range(block[0].Step, block.Length), block.Select(step => step.Step));
            Assert.Equal((0, 0), (block[0].Cell.Services, block[^1].Cell.Services));
            Assert.Equal(
                Enumerable.Repeat(spec.Services, spec.Builds).SelectMany(services => services).Order(),
                block.Skip(1).SkipLast(1).Select(step => step.Cell.Services).Order());
        });
    });

    [Fact]
    public void Each_mode_has_its_data_plane_and_all_trials_of_every_cell() => s_specs.Sample(spec =>
    {
        PlannedStep[] steps = [.. Specs.Plan(spec).Steps.Where(step => step.Cell.Services > 0)];

        Assert.All(steps, step => Assert.Equal(step.ProxyMode, Assert.Single(step.DataPlanes).Mode()));
        Assert.All(
            steps, step => Assert.All(step.Trials, trial => Assert.Equal(step.DataPlanes[0], trial.Cell.DataPlane)));
        Assert.Equal(
            spec.DataPlanes.Count * spec.Services.Count * spec.Positions.Count * spec.Measure.Count
                * spec.Builds * spec.Trials,
            steps.Sum(step => step.Trials.Count));
    });

    [Fact]
    public void The_seed_decides_the_order_of_the_modes()
    {
        ProxyMode?[] first =
            [.. Enumerable.Range(0, 40).Select(seed => Specs.Plan(s_spec with { Seed = seed }).Steps[0].ProxyMode)];

        Assert.InRange(first.Count(mode => mode == ProxyMode.Iptables), 8, 32);
        Assert.Equal(Specs.Plan(s_spec).Steps[0].ProxyMode, Specs.Plan(s_spec).Steps[0].ProxyMode);
    }

    [Fact]
    public void Every_valid_specification_with_modes_can_be_planned_and_its_flows_are_bounded() =>
        s_specs.Sample(spec =>
    {
        Assert.Empty(ExperimentSpecValidator.Errors(spec));
        Assert.Equal(
            spec.MaxAttempts * Specs.Plan(spec).Steps.SelectMany(step => step.Trials)
                .Sum(trial => (long)ExperimentPlanner.FlowsPerAttempt(spec, trial.Measure)),
            ExperimentPlanner.MostFlows(spec));
    });

    [Theory]
    [InlineData("nftables", "nftables")]
    [InlineData("iptables", "iptables-legacy")]
    [InlineData("iptables,nftables", "iptables-nft,nftables")]
    public void Modes_with_their_data_planes_are_accepted(string modes, string dataPlanes) =>
        Assert.Empty(ErrorsOf(modes, dataPlanes));

    [Theory]
    [InlineData("nftables", "iptables-nft,nftables", "names iptables-nft, but proxyModes lacks its mode iptables")]
    [InlineData(
        "iptables", "iptables-legacy,iptables-nft",
        "names iptables-legacy and iptables-nft, but a node has only one of them; name that one")]
    [InlineData(
        "iptables,nftables", "iptables-legacy,iptables-nft,nftables",
        "names iptables-legacy and iptables-nft, but a node has only one of them; name that one")]
    [InlineData(
        "nftables,iptables", "nftables", "lacks a data plane of mode iptables; add iptables-legacy or iptables-nft")]
    [InlineData("iptables,nftables", "iptables-nft", "lacks a data plane of mode nftables; add nftables")]
    [InlineData("nftables", "no-rules", "'no-rules' is not one of iptables-legacy, iptables-nft, nftables")]
    public void Modes_and_data_planes_that_do_not_fit_are_refused(string modes, string dataPlanes, string message)
    {
        FieldError error = Assert.Single(ErrorsOf(modes, dataPlanes));

        Assert.Equal(("dataPlanes", message), (error.Field, error.Message));
    }

    [Fact]
    public void A_whole_experiment_requests_each_mode_with_every_step_and_removes_once()
    {
        Life life = new Life(s_spec).ToItsEnd();

        ScaleStep[] scales = [.. life.Published.OfType<ScaleStep>()];
        Assert.Equal(Specs.Plan(s_spec).Steps.Select(step => step.ProxyMode), scales.Select(scale => scale.ProxyMode));
        Assert.Equal(8, scales.Length);
        Assert.Equal(4, scales.Count(scale => scale.ProxyMode == ProxyMode.Nftables));
        Assert.Single(life.Published.OfType<RemoveServices>());
        Assert.IsType<ExperimentCompleted>(life.Published[^1]);
    }

    [Fact]
    public void A_cancel_at_any_moment_of_either_mode_leads_to_a_removal()
    {
        int answers = new Life(s_spec).ToItsEnd().Delivered.Count;
        for (int after = 0; after < answers; after++)
        {
            Life life = new(s_spec);
            for (int answer = 0; answer < after; answer++)
            {
                life.Advance();
            }

            life.Inject(Life.Cancel);
            life.ToItsEnd();

            Assert.Contains(life.Published, message => message is RemoveServices);
            Assert.Single(life.Published, message => message is ExperimentCancelled);
        }
    }

    [Fact]
    public void A_rerun_of_a_step_requests_its_mode_again()
    {
        Life life = new Life(s_spec).ToItsEnd();
        int step =
            Specs.Plan(s_spec).Steps.First(each => each is { ProxyMode: ProxyMode.Nftables, Cell.Services: > 0 }).Step;
        RerunRequested rerun = new()
        {
            RerunId = Guid.NewGuid(),
            ExperimentId = life.State.Plan.ExperimentId,
            Step = step,
            Stage = RerunStage.Scale,
        };

        ExperimentState queued = RerunFlow.OnRequested(life.State, rerun).State;

        ScaleStep scale = Assert.Single(ExperimentFlow.OnTurn(queued, Life.Start).Messages.OfType<ScaleStep>());
        Assert.Equal((1, step, ProxyMode.Nftables), (scale.Run, scale.Step, scale.ProxyMode));
    }

    [Fact]
    public void Without_modes_no_step_has_a_mode() =>
        Specs.Valid.Sample(spec => Assert.All(Specs.Plan(spec).Steps, step => Assert.Null(step.ProxyMode)));

    private static IReadOnlyList<FieldError> ErrorsOf(string modes, string dataPlanes) =>
        ExperimentSpecValidator.Errors(
            s_spec with { ProxyModes = modes.Split(','), DataPlanes = dataPlanes.Split(',') });

    private static bool IsSame(PlannedStep one, PlannedStep other) =>
        (one.Step, one.Cell.Services, one.ProxyMode) == (other.Step, other.Cell.Services, other.ProxyMode);
}
