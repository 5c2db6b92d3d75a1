using Plumbline.Cli.Pipeline;
using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;
using Plumbline.Scheduler;

namespace Plumbline.Cli.Tests;

/// <summary>A watcher shows the same progress and end whatever messages it misses, in any order.</summary>
public sealed class Watched_run_specs
{
    private static readonly Guid s_id = Guid.NewGuid();

    private static readonly Guid s_rerunId = Guid.NewGuid();

    private static readonly ExperimentSpec s_spec = new()
    {
        Services = [20, 50],
        DataPlanes = ["nftables"],
        Positions = ["last"],
        Measure = ["one-way", "rtt"],
        Builds = 1,
        Trials = 3,
    };

    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(s_id, s_spec);

    [Fact]
    public void The_start_is_shown_once_from_its_event_or_from_an_answer()
    {
        WatchedRun run = new(s_id);

        Assert.IsType<ExperimentStarted>(run.Take(Status(ExperimentPhase.Measuring, 1))[0]);
        Assert.Empty(run.Take(Started()));
        Assert.IsType<ExperimentProgress>(Assert.Single(run.Take(Status(ExperimentPhase.Measuring, 2))));
    }

    [Fact]
    public void Late_messages_and_those_of_other_experiments_are_not_shown()
    {
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Measuring, 5));

        Assert.Empty(run.Take(Progress(ExperimentPhase.Scaling, 4)));
        Assert.Empty(run.Take(Progress(ExperimentPhase.Measuring, 9) with { ExperimentId = Guid.NewGuid() }));
        Assert.Empty(run.Take(new ExperimentCancelled { ExperimentId = Guid.NewGuid(), CancelledAt = default }));
        Assert.Null(run.End);
    }

    [Fact]
    public void An_end_is_settled_when_its_event_came_and_it_is_recorded()
    {
        WatchedRun run = new(s_id);
        run.Take(Status(ExperimentPhase.Ended, 9) with { Outcome = ExperimentOutcome.Completed });
        Assert.Equal(ExperimentOutcome.Completed, run.End?.Outcome);
        Assert.False(run.IsSettled(withRecord: false), "only its event counts the trials that were given up");

        run.Take(Completed(givenUpTrials: 2));
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
        run.Take(Completed(givenUpTrials: 0));

        run.Take(new ResultsNotRecorded(s_id, "the disk is full"));

        Assert.Equal((ExperimentOutcome.Failed, "the disk is full"), (run.End!.Outcome, run.End.Reason));
        Assert.True(run.IsSettled(withRecord: true));
    }

    [Fact]
    public void A_rerun_ends_apart_from_its_experiment_with_its_own_outcome()
    {
        WatchedRun run = new(s_id, s_rerunId, runsBefore: 0);
        Assert.Empty(run.Take(Status(ExperimentPhase.Ended, 9) with { Outcome = ExperimentOutcome.Completed }));
        Assert.Null(run.End);
        ExperimentStatus running = Status(ExperimentPhase.Measuring, 12, run: 1) with { Rerun = Rerun() };
        Assert.IsType<RerunStarted>(run.Take(running)[0]);

        run.Take(Status(ExperimentPhase.Ended, 20, run: 1) with { Outcome = ExperimentOutcome.Completed });
        Assert.Null(run.End!.Outcome);
        run.Take(new RerunEnded
        {
            RerunId = s_rerunId,
            ExperimentId = s_id,
            Run = 1,
            Outcome = ExperimentOutcome.Cancelled,
            Reason = "",
            AcceptedTrials = 0,
            GivenUpTrials = 0,
            EndedAt = default,
        });

        Assert.Equal(ExperimentOutcome.Cancelled, run.End.Outcome);
    }

    [Fact]
    public void Watching_ends_when_the_scheduler_does_not_know_the_experiment()
    {
        WatchedRun run = new(s_id);
        for (int asked = 0; asked < 9; asked++)
        {
            run.Take(new ExperimentUnknown());
        }

        Assert.Null(run.End);
        run.Take(new ExperimentUnknown());
        Assert.Null(run.End!.Outcome);
        Assert.Contains("does not know it", run.End.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_meter_is_full_after_all_events_or_only_the_last_one()
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
    public void The_meter_names_step_and_build()
    {
        ExperimentSpec spec = s_spec with { Services = [20, 50], Builds = 2 };
        WorkMeter meter = WorkMeter.Of(Started(ExperimentPlanner.Plan(s_id, spec)));
        List<string> texts = [];
        for (int step = 0; step < 6; step++)
        {
            meter.Take(Scaled(step));
            texts.Add(meter.StepText);
        }

        Assert.Equal(
            [
                "step 1/6", "step 2/6, build 1/2", "step 3/6, build 1/2", "step 4/6, build 2/2", "step 5/6, build 2/2",
                "step 6/6",
            ],
            texts);
    }

    [Fact]
    public void The_meter_counts_both_baselines_of_each_kube_proxy_mode_on_every_node()
    {
        ExperimentSpec spec = new()
        {
            Nodes = ["a", "b"],
            ProxyModes = ["iptables", "nftables"],
            AllowProxyReconfiguration = true,
            DataPlanes = ["iptables-nft", "nftables"],
            Services = [20], Positions = ["last"], Builds = 1, Trials = 3, Measure = ["rtt"],
        };
        double baselines = 2 * 2 * 2 * 3 * WorkEstimate.Trial(spec, Measure.RoundTrip, 0);
        double others = 2 * (WorkEstimate.Step(20, 1) + (2 * 3 * WorkEstimate.Trial(spec, Measure.RoundTrip, 20)));

        WorkMeter meter = WorkMeter.Of(Started(ExperimentPlanner.Plan(s_id, spec)));

        Assert.Equal(baselines + others, meter.Total, 1e-9);
        Assert.Equal(36, meter.TrialCount);
    }

    [Fact]
    public void A_late_watcher_sees_as_much_done_as_an_early_one()
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
            new RerunStarted
            {
                RerunId = s_rerunId,
                ExperimentId = s_id,
                Run = 1,
                Step = 1,
                Stage = stage,
                FirstAttempt = 2,
                TrialCount = trials,
                StartedAt = default,
            },
            s_spec);

        Assert.Equal((trials, 4), (meter.TrialCount, meter.StepCount));
        Assert.True(meter.Total > 0, "the bar has no length");
    }

    [Theory]
    [InlineData(4_200, 11_600, null, "4,200 of 10,000 Services exist; 11,600 changes left")]
    [InlineData(30_000, 400, null, "removing 20,000 of 30,000 Services")]
    [InlineData(10_000, 0, 8_765, "all 10,000 Services exist; 8,765 of 20,000 rules are in the kernel")]
    [InlineData(10_000, 0, 20_123, "all 10,000 Services exist; removing 123 of 20,123 rules")]
    public void The_progress_of_a_step_in_a_cluster_is_shown(
        int servicesThere, int changesLeft, int? rulesThere, string words)
    {
        ScalingProgress scaling = new()
        {
            ExperimentId = s_id,
            Step = 1,
            Services = 10_000,
            Rules = 20_000,
            ServicesThere = servicesThere,
            ChangesLeft = changesLeft,
            RulesThere = rulesThere,
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
    [InlineData(2, "switching kube-proxy to nftables: 2 nodes have only its rules")]
    public void The_progress_of_switching_kube_proxy_is_shown(int? nodesInMode, string words) => Assert.Equal(
        words,
        EventText.Of(new ScalingProgress
        {
            ExperimentId = s_id,
            Step = 1,
            Services = 100,
            Rules = 100,
            ProxySwitch = new ProxySwitchProgress
            {
                Mode = ProxyMode.Nftables, Pods = 3, PodsRestarted = 1, NodesInMode = nodesInMode,
            },
        }));

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "waiting: place 1 in the queue")]
    public void Only_an_experiment_behind_others_is_reported_as_waiting(int place, string? words) =>
        Assert.Equal(words, EventText.Of(Progress(ExperimentPhase.Queued, 1) with { QueuePosition = place }));

    [Theory]
    [InlineData(null, "removing the experiment's objects: 1,240 changes left")]
    [InlineData(1, "restoring kube-proxy: 1 of 3 pods restarted")]
    public void The_progress_of_removal_is_shown(int? podsRestarted, string words)
    {
        RemovalProgress removal = new()
        {
            ExperimentId = s_id,
            ChangesLeft = 1_240,
            ProxyRestart = podsRestarted is { } restarted
                ? new() { Pods = 3, PodsRestarted = restarted, PodsAvailable = 2 }
                : null,
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

    private static ExperimentCompleted Completed(int givenUpTrials) => new()
    {
        ExperimentId = s_id, AcceptedTrials = 5, GivenUpTrials = givenUpTrials, CompletedAt = default,
    };

    private static RerunRequested Rerun() =>
        new() { RerunId = s_rerunId, ExperimentId = s_id, Step = 1, Stage = RerunStage.RoundTrip };

    private static ExperimentProgress Progress(ExperimentPhase phase, long sequence, int run = 0) => new()
    {
        ExperimentId = s_id,
        Run = run,
        Sequence = sequence,
        Phase = phase,
        QueuePosition = 0,
        Step = 0,
        StepCount = 4,
        TrialsDone = 0,
        TrialCount = s_plan.TrialCount,
        Attempt = 1,
    };

    private static ExperimentStatus Status(ExperimentPhase phase, long sequence, int run = 0) =>
        new() { Spec = s_spec, Progress = Progress(phase, sequence, run), Rerun = null, Outcome = null, Reason = "" };

    private static ServicesScaled Scaled(int step) => new()
    {
        ExperimentId = s_id,
        Step = step,
        DataPlanes =
        [
            new() { Cell = Cell.Empty.With(Planes.Nftables).With(20), Rules = 20, ProgrammingNs = 0, Tool = "" },
        ],
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
