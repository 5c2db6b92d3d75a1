using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>One stage's latencies in one attempt.</summary>
public sealed record StageLatency : MeasuredLatency
{
    public required Stage Stage { get; init; }
}
