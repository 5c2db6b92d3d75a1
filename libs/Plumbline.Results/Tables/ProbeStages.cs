using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Which stages a probe measures; no stage is two probes'.</summary>
public static class ProbeStages
{
    public static Measure Probe(this Stage stage) => stage switch
    {
        Stage.Prerouting or Stage.ForwardPostrouting or Stage.Total or Stage.RuleFunctions => Measure.OneWay,
        Stage.RoundTrip or Stage.RoundTripUserSpace => Measure.RoundTrip,
        Stage.GrpcConnect or Stage.GrpcRequest or Stage.GrpcWorker or Stage.GrpcTotal => Measure.Grpc,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    /// <summary>Which of the two times a one-way stage.</summary>
    public static Timing Timing(this Stage stage) => stage == Stage.RuleFunctions ? Contracts.Timing.Function : Contracts.Timing.Stage;

    /// <summary>In the order of declaration.</summary>
    public static IEnumerable<Stage> Stages(this Measure probe) => Enum.GetValues<Stage>().Where(stage => stage.Measure() == probe);
}
