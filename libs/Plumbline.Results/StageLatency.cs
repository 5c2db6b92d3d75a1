using System.Diagnostics.CodeAnalysis;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>One stage's latencies in one attempt.</summary>
public sealed record StageLatency : MeasuredLatency
{
    public StageLatency()
    {
    }

    [SetsRequiredMembers]
    internal StageLatency(Stage stage, MeasuredLatency measured)
        : base(measured) => Stage = stage;

    public required Stage Stage { get; init; }
}
