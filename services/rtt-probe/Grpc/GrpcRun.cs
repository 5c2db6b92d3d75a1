using Plumbline.Contracts;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Grpc;

internal enum GrpcOutcome
{
    Answered,
    Late,
    TimedOut,
    Failed,
}

/// <summary>The outcome of one request. Times have a meaning only when it was answered.</summary>
/// <param name="Total">From the time it was due to its answer.</param>
/// <param name="Request">Time on the open connection, without the endpoint's own time.</param>
/// <param name="Connect">Null when the connection existed before.</param>
/// <param name="Worker">The endpoint's own time.</param>
/// <param name="Error">Why it failed; empty when it did not.</param>
internal sealed record GrpcRequest(
    GrpcOutcome Outcome, TimeSpan Total, TimeSpan Request, TimeSpan? Connect, TimeSpan Worker, string Error)
{
    public static GrpcRequest NotAnswered(GrpcOutcome outcome, string error) =>
        new(outcome, default, default, null, default, error);
}

/// <summary>The outcome of a run of requests, in their order.</summary>
internal sealed record GrpcRun(SendRun Send, IReadOnlyList<GrpcRequest> Requests)
{
    public AnswerCounts Answers() => new()
    {
        Answered = Requests.Count(each => each.Outcome == GrpcOutcome.Answered),
        Lost = Requests.Count(each => each.Outcome == GrpcOutcome.TimedOut),
        Late = Requests.Count(each => each.Outcome == GrpcOutcome.Late),
        Failed = Requests.Count(each => each.Outcome == GrpcOutcome.Failed),
        Duplicates = 0,
        Stray = 0,
        Untimed = 0,
    };

    /// <summary>
    /// Latencies of answered requests, the total last. Kept connections have no connect times.
    /// </summary>
    public IReadOnlyList<NamedHistogram> Histograms(bool keepRaw)
    {
        GrpcRequest[] answered = [.. Requests.Where(each => each.Outcome == GrpcOutcome.Answered)];
        TimeSpan[] connects = [.. answered.Select(each => each.Connect).OfType<TimeSpan>()];
        return
        [
            .. connects.Length == 0 ? Array.Empty<NamedHistogram>() : [Of(Stage.GrpcConnect, connects)],
            Of(Stage.GrpcRequest, answered.Select(each => each.Request)),
            Of(Stage.GrpcWorker, answered.Select(each => each.Worker)),
            Of(Stage.GrpcTotal, answered.Select(each => each.Total)),
        ];

        NamedHistogram Of(Stage stage, IEnumerable<TimeSpan> values) =>
            NamedHistograms.Of(stage, [.. values.Select(value => (long)value.TotalNanoseconds)], keepRaw);
    }
}
