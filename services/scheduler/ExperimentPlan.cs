using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Everything an experiment will do, in order.</summary>
public sealed record ExperimentPlan(Guid ExperimentId, ExperimentSpec Spec, IReadOnlyList<PlannedStep> Steps)
{
    public int TrialCount => Steps.Sum(step => step.Trials.Count);
}

/// <summary>One number of Services on some data planes, and the trials measured there.</summary>
/// <param name="ProxyMode">The mode that kube-proxy is to be in; null where it is left as it is.</param>
public sealed record PlannedStep(
    int Step, int Services, IReadOnlyList<DataPlane> DataPlanes, IReadOnlyList<PlannedTrial> Trials, ProxyMode? ProxyMode = null);

/// <param name="Trial">Number within the experiment, from 0.</param>
/// <param name="Repetition">Which of its cell's trials, from 0.</param>
/// <param name="Node">Name of the cluster's node that is measured; null in the lab.</param>
public sealed record PlannedTrial(
    int Trial, ProbeKind Probe, DataPlane DataPlane, int Services, Position Position, int Repetition, string? Node = null);
