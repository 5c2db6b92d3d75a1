using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>The single latencies of one stage in one attempt, in the order of sending.</summary>
public sealed record RawLatencies(MeasureTrial Trial, Stage Stage, IReadOnlyList<long> ValuesNs);
