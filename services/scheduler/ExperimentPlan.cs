using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Everything an experiment will do, in order.</summary>
public sealed record ExperimentPlan(Guid ExperimentId, ExperimentSpec Spec, IReadOnlyList<PlannedStep> Steps)
{
    public int TrialCount => Steps.Sum(step => step.Trials.Count);
}

/// <summary>One number of Services on some data planes, and the trials measured there.</summary>
/// <param name="ProxyMode">The mode that kube-proxy is to be in; null where it is left as it is.</param>
/// <param name="Block">Index of the block: the steps between one pair of baselines, from 0.</param>
/// <param name="Cell">What is the same for all of the step's trials.</param>
public sealed record PlannedStep(
    int Step, int Block, StepRole Role, Cell Cell, IReadOnlyList<DataPlane> DataPlanes, IReadOnlyList<PlannedTrial> Trials,
    ProxyMode? ProxyMode = null)
{
    public StepDescription Describe() => new()
    {
        Step = Step,
        Block = Block,
        Role = Role,
        Cell = Cell,
        DataPlanes = DataPlanes,
        ProxyMode = ProxyMode,
        TrialCount = Trials.Count,
    };
}

/// <param name="Trial">Number within the experiment, from 0.</param>
/// <param name="Repetition">Which of its cell's trials, from 0.</param>
public sealed record PlannedTrial(int Trial, Measure Measure, Cell Cell, int Repetition);
