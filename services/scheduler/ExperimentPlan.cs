using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Everything an experiment does, in order.</summary>
public sealed record ExperimentPlan(Guid ExperimentId, ExperimentSpec Spec, IReadOnlyList<PlannedStep> Steps)
{
    public int TrialCount => Steps.Sum(step => step.Trials.Count);
}

/// <summary>One ruleset on some data planes, and the trials on it.</summary>
/// <param name="Block">Index of its block, from 0: the steps between one pair of baselines.</param>
/// <param name="Build">Index of the step's build among those of its cell, from 0.</param>
/// <param name="Cell">What all trials of the step have in common.</param>
/// <param name="ProxyMode">kube-proxy's mode. Null when the experiment leaves it alone.</param>
public sealed record PlannedStep(
    int Step,
    int Block,
    StepRole Role,
    int Build,
    Cell Cell,
    IReadOnlyList<DataPlane> DataPlanes,
    IReadOnlyList<PlannedTrial> Trials,
    ProxyMode? ProxyMode = null)
{
    public StepDescription Describe() => new()
    {
        Step = Step,
        Block = Block,
        Role = Role,
        Build = Build,
        Cell = Cell,
        DataPlanes = DataPlanes,
        ProxyMode = ProxyMode,
        TrialCount = Trials.Count,
    };
}

/// <param name="Trial">Number within the experiment, from 0.</param>
/// <param name="Repetition">Index among the step's trials of its cell and measure, from 0.</param>
public sealed record PlannedTrial(int Trial, Measure Measure, Cell Cell, int Repetition);
