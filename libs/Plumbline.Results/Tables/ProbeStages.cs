using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Which stages a probe measures; no stage is two probes'.</summary>
public static class ProbeStages
{
    public static ProbeKind Probe(this Stage stage) => stage switch
    {
        Stage.Prerouting or Stage.ForwardPostrouting or Stage.Total or Stage.RuleFunctions => ProbeKind.OneWay,
        Stage.RoundTrip or Stage.RoundTripUserSpace => ProbeKind.RoundTrip,
        Stage.GrpcConnect or Stage.GrpcRequest or Stage.GrpcWorker or Stage.GrpcTotal => ProbeKind.Grpc,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    /// <summary>Which of the two times a one-way stage.</summary>
    public static KernelProbe KernelProbe(this Stage stage) => stage == Stage.RuleFunctions ? Contracts.KernelProbe.Function : Contracts.KernelProbe.Stage;

    /// <summary>In the order of declaration.</summary>
    public static IEnumerable<Stage> Stages(this ProbeKind probe) => Enum.GetValues<Stage>().Where(stage => stage.Probe() == probe);
}
