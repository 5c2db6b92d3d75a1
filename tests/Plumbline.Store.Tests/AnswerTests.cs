using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

/// <summary>Round trips and requests in the database.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new()
    {
        Spec = new ExperimentSpec { Measure = ["one-way", "rtt", "grpc"], KeepRaw = true, WorkUs = 40 },
    };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Round_trips_and_requests_are_loaded_as_they_were_recorded()
    {
        TrialMeasured[] trials =
        [
            _messages.RoundTrip(0, 0, DataPlane.NoRules, 0, Position.None, Messages.Around(20_000)),
            _messages.RoundTrip(
                1, 1, Planes.IptablesNft, 100, Position.Last, Messages.Around(20_000), 2,
                TrialFlag.DuplicateAnswers, TrialFlag.UntimedAnswers),
            _messages.Grpc(
                1, 2, Planes.IptablesNft, 100, Position.Last, Messages.Around(250_000), 1, TrialFlag.RequestsFailed),
            _messages.Trial(1, 3, Planes.IptablesNft, 100, Position.Last, Messages.Around(2_000)),
        ];

        ExperimentResults results = Recorded(trials);

        Assert.Equal(_messages.Spec.Measure, results.Summary.Spec.Measure);
        Assert.Equal(trials.Length, results.Attempts.Count);
        Assert.All(trials.Zip(results.Attempts), each =>
        {
            (TrialMeasured trial, AttemptResult attempt) = each;
            Assert.Equal(trial.Trial, attempt.Trial);
            Assert.Equal(trial.Conditions, attempt.Conditions);
            Assert.Equal(trial.Counts.Answers, attempt.Counts.Answers);
            Assert.Equivalent(trial.Counts, attempt.Counts, strict: true);
            Assert.Equal(trial.Flags, attempt.Flags);
            Assert.Equal(
                trial.Histograms.Select(histogram => (Stage.Of(histogram.Name), histogram.Count, histogram.SumNs)),
                attempt.Latencies.Select(latency => (latency.Stage, latency.Count, latency.SumNs)));
        });
    }

    [Fact]
    public void Kept_latencies_are_loaded_in_the_order_of_sending()
    {
        long[] values = [30_000, 10_000, 20_000, 10_000];
        TrialMeasured kept = _messages.RoundTrip(
            3, 17, Planes.Nftables, 10_000, Position.Last, values, 1, TrialFlag.PacketsLost);
        TrialMeasured notKept = (_messages with { Spec = new ExperimentSpec() }).RoundTrip(
            3, 18, Planes.Nftables, 10_000, Position.First, values);
        ExperimentResults results = Recorded(kept, notKept);
        using ResultsStore store = ResultsStore.OpenExisting(_file.Path);

        RawLatencies[] raw = [.. store.LoadRaw(results)];

        Assert.Equal([Stage.RoundTrip, Stage.RoundTripUserSpace], raw.Select(each => each.Stage));
        Assert.Equal(values, raw[0].ValuesNs);
        Assert.Equal(kept.Trial, raw[0].Trial);
    }

    [Fact]
    public void Kept_latencies_that_are_not_as_many_as_were_counted_are_refused()
    {
        TrialMeasured trial = _messages.RoundTrip(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(20_000));
        NamedHistogram wrong = trial.Histograms[0] with { RawNs = [1_000] };
        using ResultsStore store = _file.Open();

        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => store.RecordTrial(trial with { Histograms = [wrong] }));
        Assert.Contains("1 latencies were kept, but 2000 were counted", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _file.Scalar<long>("SELECT COUNT(*) FROM trial"));
    }

    private ExperimentResults Recorded(params TrialMeasured[] trials)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        return store.Load(_messages.ExperimentId);
    }
}
