using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

/// <summary>Stages that were done again: all of it is kept, and what counts is marked.</summary>
public sealed class RerunTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_latest_accepted_attempt_of_a_trial_counts_in_the_view_as_in_the_program()
    {
        using ResultsStore store = Store();
        Attempt(store, 0, 1);
        Attempt(store, 0, 4);
        Attempt(store, 0, 7);
        Attempt(store, 1, 1, TrialFlag.RulesMoved);
        Attempt(store, 1, 2);
        Attempt(store, 2, 3, TrialFlag.PacketsLost);

        Assert.Equal([(0, 7), (1, 2)], Counted(store));
        Assert.Equal([(0, 7), (1, 2)], Query("SELECT DISTINCT trial, attempt FROM accepted_latency ORDER BY trial"));
        Assert.Equal(
            [(0, 7), (1, 2)], Query("SELECT trial, attempt FROM trial_attempt WHERE counts = 1 ORDER BY trial"));
        Assert.Equal(6, store.Load(_messages.ExperimentId).Attempts.Count);
        Assert.Equal(6, _file.Scalar<long>("SELECT COUNT(*) FROM trial_attempt"));
    }

    [Fact]
    public void Where_all_attempts_of_a_rerun_are_flagged_the_earlier_accepted_one_stays()
    {
        using ResultsStore store = Store();
        Attempt(store, 0, 2);
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay));
        Attempt(store, 0, 4, TrialFlag.PacketsLost);
        Attempt(store, 0, 5, TrialFlag.PacketsLost);
        Attempt(store, 0, 6, TrialFlag.PacketsLost);

        Assert.Equal([(0, 2)], Counted(store));
        Assert.Equal([(0, 2)], Query("SELECT DISTINCT trial, attempt FROM accepted_latency"));
        Assert.Equal([1L, 0, 0, 0], _file.Query<long>("SELECT counts FROM trial_attempt ORDER BY attempt"));
        Assert.Empty(store.Load(_messages.ExperimentId).GivenUpTrials());
    }

    [Fact]
    public void Attempts_say_which_rerun_made_them()
    {
        using ResultsStore store = Store();
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay, firstAttempt: 4));
        store.RecordRerunStarted(_messages.RerunStarted(2, 2, RerunStage.OneWay, firstAttempt: 4));
        store.RecordRerunStarted(_messages.RerunStarted(3, 1, RerunStage.RoundTrip, firstAttempt: 4));
        store.RecordRerunStarted(_messages.RerunStarted(4, 1, RerunStage.OneWay, firstAttempt: 7));
        Attempt(store, 0, 3, TrialFlag.RulesMoved);
        Attempt(store, 0, 5);
        Attempt(store, 0, 7);
        store.RecordTrial(_messages.RoundTrip(1, 1, Planes.Nftables, 100, Position.Last, [20_000], attempt: 9));

        Assert.Equal(
            [(3, 0), (5, 1), (7, 4), (9, 3)], Query("SELECT attempt, run FROM trial_attempt ORDER BY attempt"));
    }

    [Fact]
    public void Of_a_step_that_was_programmed_again_the_latest_counts_and_the_earlier_stays()
    {
        using ResultsStore store = Store();
        ServicesScaled both = _messages.Scaled(1, 100, (Planes.IptablesNft, 5_000), (Planes.Nftables, 6_000));
        ServicesScaled one = _messages.Scaled(1, 100, (Planes.Nftables, 7_000)) with { Run = 2 };
        ServicesScaled other = _messages.Scaled(3, 0, (DataPlane.NoRules, 0));
        store.RecordStep(one);
        store.RecordStep(other);
        store.RecordStep(both);
        store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 1)) with { Run = 2 });

        Assert.Equivalent(
            new[] { both with { DataPlanes = [both.DataPlanes[0]] }, one, other },
            store.Load(_messages.ExperimentId).Steps,
            strict: true);
        Assert.Equal(4, _file.Scalar<long>("SELECT COUNT(*) FROM step"));
    }

    [Fact]
    public void A_rerun_is_loaded_with_its_end()
    {
        using ResultsStore store = Store();
        store.RecordRerunEnded(_messages.RerunEnded(2, ExperimentOutcome.Failed));
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.Grpc));
        store.RecordRerunStarted(_messages.RerunStarted(2, 3, RerunStage.Scale));
        store.RecordRerunStarted(_messages.RerunStarted(3, 1, RerunStage.Aggregate));
        store.RecordRerunEnded(_messages.RerunEnded(1));

        IReadOnlyList<RerunResult> reruns = store.Load(_messages.ExperimentId).Reruns;

        Assert.Equal(
            [(1, 1, RerunStage.Grpc, 4, 2), (2, 3, RerunStage.Scale, 4, 2), (3, 1, RerunStage.Aggregate, 4, 2)],
            reruns.Select(rerun => (rerun.Run, rerun.Step, rerun.Stage, rerun.FirstAttempt, rerun.TrialCount)));
        Assert.Equal(
            [
                (ExperimentOutcome.Completed, null, 1, 1),
                (ExperimentOutcome.Failed, "nft: no", 1, 1),
                (null, null, null, null),
            ],
            reruns.Select(rerun => (rerun.Outcome, rerun.Reason, rerun.AcceptedTrials, rerun.GivenUpTrials)));
        Assert.Equal(_messages.RerunStarted(1, 1, RerunStage.Grpc).RerunId, reruns[0].RerunId);
        Assert.Equal(
            (_messages.RerunStarted(1, 1, RerunStage.Grpc).StartedAt, _messages.RerunEnded(1).EndedAt, null),
            (reruns[0].StartedAt, reruns[0].EndedAt, reruns[2].EndedAt));
        Assert.Equal(
            ["completed", "failed", "started"], _file.Query<string>("SELECT state FROM rerun_summary ORDER BY run"));
        Assert.Equal(RecordedState.Completed, store.Load(_messages.ExperimentId).Summary.State);
    }

    [Fact]
    public void What_was_recorded_of_a_rerun_first_stands()
    {
        using ResultsStore store = Store();
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay));
        store.RecordRerunEnded(_messages.RerunEnded(1));
        string once = _file.Dump();

        store.RecordRerunStarted(_messages.RerunStarted(1, 2, RerunStage.Scale));
        store.RecordRerunEnded(_messages.RerunEnded(1, ExperimentOutcome.Cancelled));

        Assert.Equal(once, _file.Dump());
    }

    [Fact]
    public void Messages_of_a_rerun_may_come_in_the_opposite_order()
    {
        Action<ResultsStore>[] inOrder =
        [
            store => store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 5_000))),
            store => Attempt(store, 0, 1),
            store => store.RecordCompleted(_messages.Completed()),
            store => store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay)),
            store => store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 6_000)) with { Run = 1 }),
            store => Attempt(store, 0, 4, TrialFlag.PacketsLost),
            store => Attempt(store, 0, 5),
            store => store.RecordRerunEnded(_messages.RerunEnded(1)),
        ];
        using ResultsFile other = new();
        using ResultsStore one = Store();
        using ResultsStore two = other.Open();
        two.RecordStarted(_messages.Started());

        Array.ForEach(inOrder, record => record(one));
        Array.ForEach([.. inOrder.Reverse()], record => record(two));

        Assert.Equivalent(one.Load(_messages.ExperimentId), two.Load(_messages.ExperimentId), strict: true);
        Assert.Equal([(0, 5)], Counted(two));
    }

    [Theory]
    // The experiment's own attempts were used up, or not; whatever rerun came after.
    [InlineData(true, new[] { 1, 2, 3 })]
    [InlineData(false, new[] { 1, 2 })]
    [InlineData(true, new[] { 1, 2, 3, 4 })]
    // A rerun begins to count anew at attempt 4, the next at 9.
    [InlineData(false, new[] { 1, 4, 5 })]
    [InlineData(true, new[] { 1, 4, 5, 6 })]
    [InlineData(false, new[] { 1, 4, 9, 10 })]
    [InlineData(true, new[] { 9, 10, 11 })]
    public void A_trial_is_given_up_when_a_run_has_made_all_its_attempts_at_it_in_vain(bool isGivenUp, int[] flagged)
    {
        using ResultsStore store = Store();
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay, firstAttempt: 4));
        store.RecordRerunStarted(_messages.RerunStarted(2, 1, RerunStage.OneWay, firstAttempt: 9));
        store.RecordRerunStarted(_messages.RerunStarted(3, 1, RerunStage.Grpc, firstAttempt: 11));
        store.RecordRerunStarted(_messages.RerunStarted(4, 2, RerunStage.OneWay, firstAttempt: 11));
        Array.ForEach(flagged, attempt => Attempt(store, 0, attempt, TrialFlag.PacketsLost));

        Assert.Equal(
            isGivenUp ? [flagged[^1]] : [],
            store.Load(_messages.ExperimentId).GivenUpTrials().Select(attempt => attempt.Trial.Key.Attempt));

        Attempt(store, 0, 12);
        Assert.Empty(store.Load(_messages.ExperimentId).GivenUpTrials());
    }

    /// <summary>With an experiment that has ended.</summary>
    private ResultsStore Store()
    {
        ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        store.RecordCompleted(_messages.Completed());
        return store;
    }

    private void Attempt(ResultsStore store, int trial, int attempt, params TrialFlag[] flags) =>
        store.RecordTrial(_messages.Trial(
            1, trial, Planes.Nftables, 100, Position.Last, [1_000 * attempt], attempt, flags));

    private IEnumerable<(long, long)> Counted(ResultsStore store) =>
        store.Load(_messages.ExperimentId).AcceptedAttempts().Select(
            attempt => ((long)attempt.Trial.Key.Trial, (long)attempt.Trial.Key.Attempt));

    private IReadOnlyList<(long, long)> Query(string sql) => _file.Query<(long, long)>(sql);
}
