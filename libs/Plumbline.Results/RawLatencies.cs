using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>The latencies that were kept of one stage of one attempt, in the order of sending.</summary>
public sealed record RawLatencies(MeasureTrial Trial, Stage Stage, IReadOnlyList<long> ValuesNs);
