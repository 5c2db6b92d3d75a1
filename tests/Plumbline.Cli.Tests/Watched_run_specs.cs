using Plumbline.Cli.Pipeline;
using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;
using Plumbline.Scheduler;

namespace Plumbline.Cli.Tests;

/// <summary>Whatever a watcher misses and in whatever order the rest comes, what is shown and how it ends is the same.</summary>
public sealed class Watched_run_specs
{
    private static readonly Guid s_id = Guid.NewGuid();

    private static readonly Guid s_rerunId = Guid.NewGuid();

    private static readonly ExperimentSpec s_spec = new() { Services = [20, 50], DataPlanes = ["nftables"], Positions = ["last"], Measure = ["one-way", "rtt"], Trials = 3 };

    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(s_id, s_spec);

    [Fact]
    public void The_start_is_shown_once_whether_it_is_heard_of_or_told()
    {
        WatchedRun run = new(s_id);

        Assert.IsType<ExperimentStarted>(run.Take(Status(ExperimentPhase.Measuring, 1))[0]);
        Assert.Empty(run.Take(Started()));
        Assert.IsType<ExperimentProgress>(Assert.Single(run.Take(Status(ExperimentPhase.Measuring, 2))));
    }

    [Fact]
    public void What_is_older_or_of_another_experiment_is_not_shown()
    {
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Measuring, 5));

        Assert.Empty(run.Take(Progress(ExperimentPhase.Scaling, 4)));
        Assert.Empty(run.Take(Progress(ExperimentPhase.Measuring, 9) with { ExperimentId = Guid.NewGuid() }));
        Assert.Empty(run.Take(new ExperimentCancelled { ExperimentId = Guid.NewGuid(), CancelledAt = default }));
        Assert.Null(run.End);
    }

    [Fact]
    public void An_end_is_settled_when_it_is_heard_of_and_recorded()
    {
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Ended, 9) with { Outcome = ExperimentOutcome.Completed });
        Assert.Equal(ExperimentOutcome.Completed, run.End?.Outcome);
        Assert.False(run.IsSettled(withRecord: false), "its event knows of trials that were given up");

        run.Take(
            new ExperimentCompleted { ExperimentId = s_id, AcceptedTrials = 5, GivenUpTrials = 2, CompletedAt = default });
        Assert.Equal(2, run.End?.GivenUpTrials);
        Assert.True(run.IsSettled(withRecord: false));
        Assert.False(run.IsSettled(withRecord: true));

        run.Take(new ExperimentRecorded { ExperimentId = s_id });
        Assert.True(run.IsSettled(withRecord: true));
    }

    [Fact]
    public void An_end_that_cannot_be_recorded_is_a_failure()
    {
        WatchedRun run = new(s_id);
        run.Take(
            new ExperimentCompleted { ExperimentId = s_id, AcceptedTrials = 5, GivenUpTrials = 0, CompletedAt = default });

        run.Take(new ResultsNotRecorded(s_id, "the disk is full"));

        Assert.Equal((ExperimentOutcome.Failed, "the disk is full"), (run.End!.Outcome, run.End.Reason));
        Assert.True(run.IsSettled(withRecord: true));
    }

    [Fact]
    public void A_rerun_is_told_from_the_experiment_and_its_outcome_is_its_own()
    {
        WatchedRun run = new(s_id, s_rerunId, runsBefore: 0);
        Assert.Empty(run.Take(Status(ExperimentPhase.Ended, 9) with { Outcome = ExperimentOutcome.Completed }));
        Assert.Null(run.End);
        ExperimentStatus underWay = Status(ExperimentPhase.Measuring, 12, run: 1) with { Rerun = Rerun() };
        Assert.IsType<RerunStarted>(run.Take(underWay)[0]);

        run.Take(Status(ExperimentPhase.Ended, 20, run: 1) with { Outcome = ExperimentOutcome.Completed });
        Assert.Null(run.End!.Outcome);
        run.Take(new RerunEnded
        {
            RerunId = s_rerunId, ExperimentId = s_id, Run = 1, Outcome = ExperimentOutcome.Cancelled, Reason = "", AcceptedTrials = 0, GivenUpTrials = 0, EndedAt = default,
        });

        Assert.Equal(ExperimentOutcome.Cancelled, run.End.Outcome);
    }

    [Fact]
    public void One_that_the_scheduler_keeps_not_knowing_ends_the_watching()
    {
        WatchedRun run = new(s_id);
        for (int asked = 0; asked < 9; asked++)
        {
            run.Take(new ExperimentUnknown());
        }

        Assert.Null(run.End);
        run.Take(new ExperimentUnknown());
        Assert.Null(run.End!.Outcome);
        Assert.Contains("knows nothing", run.End.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_meter_is_full_at_the_end_of_the_plan_whether_each_event_came_or_only_the_last()
    {
        WorkMeter each = WorkMeter.Of(Started());
        foreach (PlannedStep step in s_plan.Steps)
        {
            each.Take(Scaled(step.Step));
            foreach (PlannedTrial trial in step.Trials)
            {
                each.Take(Stored(step, trial));
            }
        }

        WorkMeter last = WorkMeter.Of(Started());
        last.Take(Stored(s_plan.Steps[^1], s_plan.Steps[^1].Trials[^1]));
        last.Take(Stored(s_plan.Steps[0], s_plan.Steps[0].Trials[0]));

        Assert.Equal(each.Total, each.Done, 1e-9);
        Assert.Equal(last.Total, last.Done, 1e-9);
        Assert.Equal((4, s_plan.TrialCount), (last.Step, last.TrialsDone));
    }

    [Fact]
    public void The_meter_counts_the_two_baselines_of_each_mode_of_kube_proxy_on_every_node()
    {
        ExperimentSpec spec = new()
        {
            Nodes = ["a", "b"], ProxyModes = ["iptables", "nftables"], AllowProxyReconfiguration = true, DataPlanes = ["iptables-nft", "nftables"],
            Services = [20], Positions = ["last"], Trials = 3, Measure = ["rtt"],
        };
        double baselines = 2 * 2 * 2 * 3 * WorkEstimate.Trial(spec, Measure.RoundTrip, 0);
        double others = 2 * (WorkEstimate.Step(20, 1) + (2 * 3 * WorkEstimate.Trial(spec, Measure.RoundTrip, 20)));

        WorkMeter meter = WorkMeter.Of(Started(ExperimentPlanner.Plan(s_id, spec)));

        Assert.Equal(baselines + others, meter.Total, 1e-9);
        Assert.Equal(36, meter.TrialCount);
    }

    [Fact]
    public void A_watcher_who_comes_late_sees_as_much_done_as_one_who_was_there()
    {
        WorkMeter there = WorkMeter.Of(Started());
        there.Take(Scaled(0));
        foreach (PlannedTrial trial in s_plan.Steps[0].Trials)
        {
            there.Take(Stored(s_plan.Steps[0], trial));
        }

        there.Take(Scaled(1));
        WorkMeter late = WorkMeter.Of(Started());
        late.Take(Progress(ExperimentPhase.Measuring, 8) with { Step = 1, TrialsDone = s_plan.Steps[0].Trials.Count });

        Assert.Equal(there.Done, late.Done, 1e-9);
        Assert.InRange(late.Done, 1e-9, late.Total - 1e-9);
    }

    [Theory]
    [InlineData(RerunStage.RoundTrip, 3)]
    [InlineData(RerunStage.Scale, 0)]
    [InlineData(RerunStage.Aggregate, 0)]
    public void A_rerun_counts_the_trials_of_its_stage(RerunStage stage, int trials)
    {
        WorkMeter meter = WorkMeter.Of(
            new RerunStarted { RerunId = s_rerunId, ExperimentId = s_id, Run = 1, Step = 1, Stage = stage, FirstAttempt = 2, TrialCount = trials, StartedAt = default }, s_spec);

        Assert.Equal((trials, 4), (meter.TrialCount, meter.StepCount));
        Assert.True(meter.Total > 0, "a bar needs a length");
    }

    [Theory]
    [InlineData(4_200, 11_600, null, "4,200 of 10,000 Services are there, 11,600 changes to go")]
    [InlineData(30_000, 400, null, "30,000 Services are there, of which 10,000 stay")]
    [InlineData(10_000, 0, 8_765, "10,000 Services are there, 8,765 of their 20,000 rules in the kernel")]
    [InlineData(10_000, 0, 20_123, "10,000 Services are there, 20,123 rules in the kernel, of which 20,000 stay")]
    public void How_far_a_step_of_a_cluster_is_is_shown(
        int servicesThere, int changesLeft, int? rulesThere, string words)
    {
        ScalingProgress scaling = new()
        {
            ExperimentId = s_id, Step = 1, Services = 10_000, Rules = 20_000, ServicesThere = servicesThere, ChangesLeft = changesLeft, RulesThere = rulesThere,
        };
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Scaling, 1));
        Assert.Same(scaling, Assert.Single(run.Take(scaling)));
        Assert.Empty(run.Take(scaling with { ExperimentId = Guid.NewGuid() }));
        using StringWriter shown = new();
        PlainProgressView view = new(shown, s_spec);
        view.Show(Started());

        view.Show(scaling);
        view.Show(scaling with { ServicesThere = 1 });

        Assert.Equal(words, shown.ToString().Split(Environment.NewLine)[1]);
        Assert.DoesNotContain("1 of 10,000", shown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "switching kube-proxy to nftables: 1 of 3 pods restarted")]
    [InlineData(2, "switching kube-proxy to nftables: 2 nodes have its rules alone")]
    public void How_far_a_switch_of_kube_proxy_is_is_shown(int? nodesInMode, string words) => Assert.Equal(
        words,
        EventText.Of(new ScalingProgress
        {
            ExperimentId = s_id,
            Step = 1,
            Services = 100,
            Rules = 100,
            ProxySwitch = new ProxySwitchProgress { Mode = ProxyMode.Nftables, Pods = 3, PodsRestarted = 1, NodesInMode = nodesInMode },
        }));

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "waiting: place 1 in the queue")]
    public void Only_one_that_waits_for_another_is_said_to_wait(int place, string? words) =>
        Assert.Equal(words, EventText.Of(Progress(ExperimentPhase.Queued, 1) with { QueuePosition = place }));

    [Theory]
    [InlineData(null, "removing what was created: 1,240 changes to go")]
    [InlineData(1, "restoring kube-proxy: 1 of 3 pods restarted")]
    public void How_far_a_removal_is_is_shown(int? podsRestarted, string words)
    {
        RemovalProgress removal = new()
        {
            ExperimentId = s_id,
            ChangesLeft = 1_240,
            ProxyRestart = podsRestarted is { } restarted ? new() { Pods = 3, PodsRestarted = restarted, PodsAvailable = 2 } : null,
        };
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Removing, 1));
        Assert.Same(removal, Assert.Single(run.Take(removal)));
        Assert.Empty(run.Take(removal with { ExperimentId = Guid.NewGuid() }));
        Assert.Empty(run.Take(removal with { Run = 1 }));
        using StringWriter shown = new();
        PlainProgressView view = new(shown, s_spec);
        view.Show(Started());

        view.Show(removal);

        Assert.Equal(words, shown.ToString().Split(Environment.NewLine)[1]);
    }

    private static ExperimentStarted Started() => Started(s_plan);

    private static ExperimentStarted Started(ExperimentPlan plan) => new()
    {
        ExperimentId = s_id,
        Spec = plan.Spec,
        Steps = [.. plan.Steps.Select(step => step.Describe())],
        TrialCount = plan.TrialCount,
        StartedAt = default,
    };

    private static RerunRequested Rerun() =>
        new() { RerunId = s_rerunId, ExperimentId = s_id, Step = 1, Stage = RerunStage.RoundTrip };

    private static ExperimentProgress Progress(ExperimentPhase phase, long sequence, int run = 0) => new()
    {
        ExperimentId = s_id, Run = run, Sequence = sequence, Phase = phase, QueuePosition = 0, Step = 0, StepCount = 4, TrialsDone = 0, TrialCount = s_plan.TrialCount, Attempt = 1,
    };

    private static ExperimentStatus Status(ExperimentPhase phase, long sequence, int run = 0) =>
        new() { Spec = s_spec, Progress = Progress(phase, sequence, run), Rerun = null, Outcome = null, Reason = "" };

    private static ServicesScaled Scaled(int step) => new()
    {
        ExperimentId = s_id, Step = step, DataPlanes = [new() { Cell = Cell.Empty.With(Planes.Nftables).With(20), Rules = 20, ProgrammingNs = 0, Tool = "" }],
    };

    private static TrialStored Stored(PlannedStep step, PlannedTrial trial) => new()
    {
        Key = new TrialKey { ExperimentId = s_id, Step = step.Step, Trial = trial.Trial, Attempt = 1 },
        Measure = trial.Measure,
        Cell = trial.Cell,
        Accepted = true,
        Flags = [],
        Remarks = [],
    };
}
