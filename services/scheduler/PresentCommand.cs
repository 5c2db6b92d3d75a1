using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>The command whose answer an experiment waits for. Pure.</summary>
internal static class PresentCommand
{
    public static object Of(ExperimentState state)
    {
        Guid id = state.Plan.ExperimentId;
        return state.Phase switch
        {
            ExperimentPhase.Scaling => Scale(state),
            ExperimentPhase.Measuring => TrialCommand.Of(state),
            ExperimentPhase.Recomputing => new RecomputeStep { ExperimentId = id, Run = state.Run, Step = state.Step },
            _ => new RemoveServices { ExperimentId = id, Run = state.Run },
        };
    }

    private static ScaleStep Scale(ExperimentState state)
    {
        (ExperimentSpec spec, PlannedStep step) = (state.Plan.Spec, state.PresentStep);
        return new ScaleStep
        {
            ExperimentId = state.Plan.ExperimentId,
            Run = state.Run,
            Step = state.Step,
            Remake = state.Remake,
            Cell = step.Cell,
            DataPlanes = step.DataPlanes,
            MostServices = spec.Services.Max(),
            AllDataPlanes = [.. spec.DataPlanes.Select(name => new DataPlane(name))],
            Nodes = spec.Nodes,
            ProxyMode = step.ProxyMode,
            NftablesDialect = WireNames.Parse<NftablesDialect>(spec.NftablesDialect),
            EndpointsPerService = spec.EndpointsPerService,
            PortsPerService = spec.PortsPerService,
            Seed = spec.Seed + state.Step,
        };
    }
}
