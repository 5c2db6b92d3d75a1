using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

internal static class StepProgress
{
    /// <summary>A step of which nothing is done yet.</summary>
    public static ScalingProgress Of(ScaleStep step) => new()
    {
        ExperimentId = step.ExperimentId,
        Run = step.Run,
        Step = step.Step,
        Services = step.Cell.Services,
        Rules = step.Cell.Services * step.PortsPerService,
    };
}
