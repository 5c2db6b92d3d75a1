using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Makes exactly the Services of a step exist, and waits for their rules on every node.</summary>
public sealed class StepSetup(StepAddresses addresses, StepDataPlane dataPlane, StepNote note, StepServices services)
{
    public async Task<ServicesScaled> RunAsync(ScaleStep step, CancellationToken token)
    {
        StepTargets targets = await addresses.FindAsync(step, token);
        NodeDataPlanes planes = await dataPlane.PrepareAsync(step, token);
        await note.ClearAsync(step.ExperimentId, token);
        return ScaledSteps.Of(step, await services.ProgramAsync(step, targets, planes, token));
    }
}
