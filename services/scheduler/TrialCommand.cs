using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>The command that measures the present attempt. Pure.</summary>
internal static class TrialCommand
{
    /// <summary>An endpoint's runtime needs longer than a kernel.</summary>
    private const int GrpcTimeoutFactor = 10;

    public static MeasureTrial Of(ExperimentState state)
    {
        (ExperimentSpec spec, PlannedTrial trial) = (state.Plan.Spec, state.PresentTrial);
        bool isGrpc = trial.Measure == Measure.Grpc;
        (int? expectedRules, string? ruleset) = Programmed(state.Scaled, trial.Cell);
        return new MeasureTrial
        {
            Key = new TrialKey
            {
                ExperimentId = state.Plan.ExperimentId,
                Step = state.Step,
                Trial = trial.Trial,
                Attempt = state.Attempt,
            },
            Run = state.Run,
            Remake = state.Remake,
            Measure = trial.Measure,
            Cell = trial.Cell,
            Repetition = trial.Repetition,
            Packets = isGrpc ? spec.Requests : spec.Packets,
            WarmupPackets = isGrpc ? ExperimentPlanner.WarmupRequests : spec.WarmupPackets,
            RatePps = isGrpc ? spec.Rps : spec.RatePps,
            Generator = WireNames.Parse<GeneratorKind>(spec.Generator),
            FirstFlow = state.NextFlow,
            Flows = ExperimentPlanner.FlowsPerAttempt(spec, trial.Measure),
            Seed = spec.Seed + (trial.Trial * 1_000L) + state.Attempt,
            KeepRaw = spec.KeepRaw && trial.Measure != Measure.OneWay,
            Timing = TimingNames.Together(spec.Timing),
            Node = trial.Cell.Node is { } name ? state.Nodes.Single(node => node.Name == name) : null,
            ExpectedRules = expectedRules,
            Ruleset = ruleset,
            RoundTrip = trial.Measure == Measure.RoundTrip ? RoundTrip(spec) : null,
            Grpc = isGrpc ? Grpc(spec) : null,
        };
    }

    /// <summary>What the present step put into the kernel for that cell.</summary>
    private static (int? Rules, string? Ruleset) Programmed(ServicesScaled? scaled, Cell cell)
    {
        if (cell.Node is { } name)
        {
            ScaledNode? node = scaled?.Nodes.FirstOrDefault(each => each.Node.Name == name);
            return (cell.IsBaseline ? null : node?.Rules, null);
        }

        ProgrammedDataPlane? programmed =
            scaled?.DataPlanes.FirstOrDefault(each => each.Cell.DataPlane == cell.DataPlane);
        return (programmed?.Rules, programmed?.Ruleset);
    }

    private static RoundTripSettings RoundTrip(ExperimentSpec spec) => new()
    {
        Pacing = WireNames.Parse<Pacing>(spec.RttPacing),
        TimeoutMs = spec.TimeoutMs,
    };

    private static GrpcSettings Grpc(ExperimentSpec spec) => new()
    {
        Connection = WireNames.Parse<GrpcConnection>(spec.Connection),
        WorkUs = spec.WorkUs,
        TimeoutMs = spec.TimeoutMs * GrpcTimeoutFactor,
    };
}
