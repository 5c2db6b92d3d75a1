using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Answers that do not come.</summary>
public sealed class Deadline_specs
{
    private static readonly ExperimentState s_scaling = new Life(Specs.Small).State;
    private static readonly ExperimentState s_measuring = After(1);
    private static readonly ExperimentState s_removing = After(16);

    public static TheoryData<ExperimentPhase> Waiting =>
        [ExperimentPhase.Scaling, ExperimentPhase.Measuring, ExperimentPhase.Removing];

    [Theory]
    [MemberData(nameof(Waiting))]
    public void Before_the_deadline_nothing_happens(ExperimentPhase phase)
    {
        ExperimentState state = In(phase);

        AssertUnchanged(state, AnswerFlow.OnDeadline(state, state.Deadline!.Value.AddTicks(-1)));
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void The_first_overdue_answer_repeats_the_command_and_waits_as_long_again(ExperimentPhase phase)
    {
        ExperimentState state = In(phase);
        DateTimeOffset overdue = state.Deadline!.Value;

        Transition again = AnswerFlow.OnDeadline(state, overdue);

        Assert.Equal(CommandOf(phase), Assert.Single(again.Messages).GetType());
        Assert.Equal(phase, again.State.Phase);
        Assert.Equal(overdue + Deadlines.Of(state), again.State.Deadline);
        AssertUnchanged(again.State, AnswerFlow.OnDeadline(again.State, overdue.AddSeconds(1)));
    }

    [Theory]
    [InlineData(ExperimentPhase.Scaling, "step 0 (0 Services)")]
    [InlineData(ExperimentPhase.Measuring, "trial 0 (one-way)")]
    public void The_second_overdue_answer_fails_and_names_the_command(ExperimentPhase phase, string waitedFor)
    {
        ExperimentState again = AnswerFlow.OnDeadline(In(phase), Life.Start.AddDays(1)).State;

        Transition failed = AnswerFlow.OnDeadline(again, again.Deadline!.Value);

        Assert.IsType<RemoveServices>(Assert.Single(failed.Messages));
        Assert.Equal((ExperimentPhase.Removing, ExperimentOutcome.Failed), (failed.State.Phase, failed.State.Outcome));
        Assert.StartsWith(waitedFor, failed.State.FailureReason, StringComparison.Ordinal);
        Assert.Equal(again.Deadline + Deadlines.Least, failed.State.Deadline);
    }

    [Fact]
    public void A_step_that_reports_progress_gets_more_time()
    {
        DateTimeOffset late = s_scaling.Deadline!.Value.AddMinutes(-1);

        Transition waited = AnswerFlow.OnScalingProgress(s_scaling, Report(), late);

        Assert.Empty(waited.Messages);
        Assert.Equal(s_scaling with { Deadline = late + Deadlines.Least }, waited.State);
        AssertUnchanged(waited.State, AnswerFlow.OnDeadline(waited.State, s_scaling.Deadline.Value));
    }

    [Fact]
    public void An_early_progress_report_or_one_of_another_step_changes_nothing()
    {
        DateTimeOffset late = s_scaling.Deadline!.Value.AddMinutes(-1);

        AssertUnchanged(s_scaling,
            AnswerFlow.OnScalingProgress(s_scaling, Report(), s_scaling.Deadline.Value - (Deadlines.Least / 2)));
        AssertUnchanged(s_scaling, AnswerFlow.OnScalingProgress(s_scaling, Report() with { Step = 1 }, late));
        AssertUnchanged(s_scaling, AnswerFlow.OnScalingProgress(s_scaling, Report() with { Run = 1 }, late));
        AssertUnchanged(s_measuring,
            AnswerFlow.OnScalingProgress(s_measuring, Report(), s_measuring.Deadline!.Value.AddMinutes(-1)));
    }

    [Fact]
    public void A_removal_that_reports_progress_gets_as_much_time_as_it_needs()
    {
        RemovalProgress report = new() { ExperimentId = s_removing.Plan.ExperimentId };
        DateTimeOffset now = Life.Start;
        ExperimentState state = s_removing;
        for (int minute = 1; minute <= 120; minute++)
        {
            now = Life.Start.AddMinutes(minute);
            Transition waited = AnswerFlow.OnRemovalProgress(state, report, now);
            Assert.Empty(waited.Messages);
            AssertUnchanged(waited.State, AnswerFlow.OnDeadline(waited.State, now));
            state = waited.State;
        }

        Assert.InRange(state.Deadline!.Value - now, Deadlines.Least / 2, Deadlines.Least);
        Transition ended =
            ExperimentFlow.OnRemoved(state, new ServicesRemoved { ExperimentId = report.ExperimentId }, now);
        Assert.IsType<ExperimentCompleted>(Assert.Single(ended.Messages));
    }

    [Fact]
    public void A_progress_report_of_another_removal_changes_nothing()
    {
        RemovalProgress report = new() { ExperimentId = s_removing.Plan.ExperimentId };

        AssertUnchanged(s_removing, AnswerFlow.OnRemovalProgress(
            s_removing, report with { Run = 1 }, s_removing.Deadline!.Value.AddMinutes(-1)));
        AssertUnchanged(
            s_measuring, AnswerFlow.OnRemovalProgress(s_measuring, report, s_measuring.Deadline!.Value.AddMinutes(-1)));
        ExperimentState ended = new Life(Specs.Small).ToItsEnd().State;
        AssertUnchanged(ended, AnswerFlow.OnRemovalProgress(ended, report, Life.Start.AddDays(1)));
    }

    [Fact]
    public void A_removal_without_an_answer_fails_the_experiment_and_names_the_cleanup_command()
    {
        ExperimentState again = AnswerFlow.OnDeadline(s_removing, s_removing.Deadline!.Value).State;

        Transition ended = AnswerFlow.OnDeadline(again, again.Deadline!.Value);

        Assert.Equal((ExperimentPhase.Ended, null), (ended.State.Phase, ended.State.Deadline));
        ExperimentFailed failed = Assert.IsType<ExperimentFailed>(Assert.Single(ended.Messages));
        Assert.Contains("the removal", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("plumbline cleanup", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_trial_is_a_new_attempt_with_its_own_flows()
    {
        MeasureTrial first = CommandIn(ExperimentFlow.OnScaled(s_scaling, Scaled(0), Life.Start));

        MeasureTrial again = CommandIn(AnswerFlow.OnDeadline(s_measuring, s_measuring.Deadline!.Value));

        Assert.Equal((first.Key.Trial, 2), (again.Key.Trial, again.Key.Attempt));
        Assert.Equal(first.FirstFlow + first.Flows, again.FirstFlow);
        Assert.NotEqual(first.Seed, again.Seed);
    }

    [Fact]
    public void A_late_answer_to_the_first_command_changes_nothing_and_the_second_command_still_works()
    {
        ExperimentState again = AnswerFlow.OnDeadline(s_measuring, s_measuring.Deadline!.Value).State;

        AssertUnchanged(again, ExperimentFlow.OnTrialStored(again, Stored(again, attempt: 1), Life.Start));
        AssertUnchanged(
            again, ExperimentFlow.OnTrialFault(again, Stored(again, attempt: 1).Key, "it broke", Life.Start));
        ExperimentState next = ExperimentFlow.OnTrialStored(again, Stored(again, attempt: 2), Life.Start).State;
        Assert.Equal((1, 1, 1, 0), (next.AcceptedTrials, next.PresentTrial.Trial, next.Attempt, next.Repeats));
    }

    [Fact]
    public void A_repeated_command_takes_no_attempt_away_from_a_flagged_trial()
    {
        ExperimentState state = s_measuring;
        List<int> attempts = [1];
        for (int flagged = 0; flagged < Specs.Small.MaxAttempts; flagged++)
        {
            state = AnswerFlow.OnDeadline(state, state.Deadline!.Value).State;
            attempts.Add(state.Attempt);
            Assert.Equal(0, state.PresentTrial.Trial);
            state = ExperimentFlow.OnTrialStored(state, Stored(state, state.Attempt, accepted: false), Life.Start)
                .State;
            attempts.Add(state.Attempt);
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 1], attempts);
        Assert.Equal((1, 1), (state.GivenUpTrials, state.PresentTrial.Trial));
    }

    [Fact]
    public void Every_answer_gives_the_next_command_a_deadline_of_its_own()
    {
        ExperimentState again = AnswerFlow.OnDeadline(s_scaling, s_scaling.Deadline!.Value).State;
        DateTimeOffset later = Life.Start.AddHours(5);

        ExperimentState measuring = ExperimentFlow.OnScaled(again, Scaled(0), later).State;

        Assert.Equal(later + Deadlines.Of(measuring), measuring.Deadline);
        Assert.Equal((false, 0), (measuring.IsReminded, measuring.Repeats));
    }

    [Fact]
    public void A_repeated_cancel_does_not_move_the_deadline()
    {
        ExperimentState removing = ExperimentFlow.OnCancel(s_measuring, Life.Start).State;

        Assert.Equal(removing.Deadline, ExperimentFlow.OnCancel(removing, Life.Start.AddMinutes(9)).State.Deadline);
    }

    [Fact]
    public void An_experiment_that_has_ended_has_no_deadline()
    {
        ExperimentState ended = new Life(Specs.Small).ToItsEnd().State;

        Assert.Null(ended.Deadline);
        AssertUnchanged(ended, AnswerFlow.OnDeadline(ended, Life.Start.AddYears(1)));
    }

    [Fact]
    public void A_step_has_ten_minutes_and_20_ms_for_each_Service()
    {
        ExperimentState state =
            s_scaling with { Plan = Specs.Plan(Specs.Small with { Services = [50_000] }), Step = 1 };

        Assert.Equal(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1_000), Deadlines.Of(state));
    }

    [Fact]
    public void A_trial_has_more_than_twice_the_time_it_needs_at_its_rate_with_every_answer_late() =>
        Gen.Select(Specs.Valid, Gen.Int[1, 1_000_000], Gen.Int[1, 10_000_000], Gen.Int[1, 60_000])
            .Sample((spec, rate, packets, timeout) =>
            Assert.All(
                new Life(
                    spec with { RatePps = rate, Packets = packets, TimeoutMs = timeout, RttPacing = "ping-pong",
                        MaxAttempts = 1 }).ToItsEnd().Measured,
                trial =>
                {
                    double perPacket = (1.0 / trial.RatePps)
                        + (((trial.RoundTrip?.TimeoutMs ?? trial.Grpc?.TimeoutMs) ?? 0) / 1_000.0);
                    ExperimentState state =
                        Asking(spec with { RatePps = rate, Packets = packets, TimeoutMs = timeout,
                            RttPacing = "ping-pong" }, trial);
                    Assert.True(Deadlines.Of(state).TotalSeconds > 2 * trial.Packets * perPacket);
                }), iter: 20);

    [Fact]
    public void The_longest_accepted_specification_has_a_deadline_within_the_calendar()
    {
        ExperimentSpec longest = Specs.Small with
        {
            Measure = ["rtt"], Packets = 10_000_000, WarmupPackets = 10_000_000, RatePps = 1,
            TimeoutMs = 60_000, RttPacing = "ping-pong",
            Services = [100_000], Positions = ["last"], DataPlanes = ["nftables"], Trials = 1,
            MaxAttempts = 1, PortsPerService = 2,
        };

        Assert.Empty(ExperimentSpecValidator.Errors(longest));
        Assert.IsType<ExperimentCompleted>(new Life(longest).ToItsEnd().Published[^1]);
    }

    private static ExperimentState Asking(ExperimentSpec spec, MeasureTrial trial)
    {
        ExperimentPlan plan = Specs.Plan(spec);
        PlannedStep step = plan.Steps[trial.Key.Step];
        return new ExperimentState
        {
            Plan = plan, Phase = ExperimentPhase.Measuring, Step = step.Step,
            TrialInStep = trial.Key.Trial - step.Trials[0].Trial,
        };
    }

    private static ExperimentState In(ExperimentPhase phase) => phase switch
    {
        ExperimentPhase.Scaling => s_scaling,
        ExperimentPhase.Measuring => s_measuring,
        _ => s_removing,
    };

    private static Type CommandOf(ExperimentPhase phase) => phase switch
    {
        ExperimentPhase.Scaling => typeof(ScaleStep),
        ExperimentPhase.Measuring => typeof(MeasureTrial),
        _ => typeof(RemoveServices),
    };

    private static ExperimentState After(int answers)
    {
        Life life = new(Specs.Small);
        for (int answer = 0; answer < answers; answer++)
        {
            life.Advance();
        }

        return life.State;
    }

    private static MeasureTrial CommandIn(Transition transition) =>
        Assert.IsType<MeasureTrial>(Assert.Single(transition.Messages));

    private static ServicesScaled Scaled(int step) =>
        new() { ExperimentId = s_scaling.Plan.ExperimentId, Step = step, DataPlanes = [] };

    internal static TrialStored Stored(ExperimentState state, int attempt, bool accepted = true)
    {
        PlannedTrial trial = state.PresentTrial;
        return new TrialStored
        {
            Key = new TrialKey { ExperimentId = state.Plan.ExperimentId, Step = state.Step, Trial = trial.Trial,
                Attempt = attempt },
            Measure = trial.Measure,
            Cell = trial.Cell,
            Accepted = accepted,
            Flags = accepted ? [] : [TrialFlag.GeneratorBehind],
            Remarks = [],
        };
    }

    internal static void AssertUnchanged(ExperimentState state, Transition transition)
    {
        Assert.Equal(state, transition.State);
        Assert.Empty(transition.Messages);
    }

    private static ScalingProgress Report() => new() { ExperimentId = Guid.Empty, Step = 0, Services = 10, Rules = 10 };
}
