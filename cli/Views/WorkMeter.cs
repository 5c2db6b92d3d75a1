using Plumbline.Contracts;
using Plumbline.Scheduler;

namespace Plumbline.Cli.Views;

/// <summary>
/// How much of an experiment, or of its rerun, is done. Work follows the plan's order, so each message also counts
/// everything before it. A late message changes nothing.
/// </summary>
internal sealed class WorkMeter
{
    /// <summary>Work of a rerun that only computes, so that a bar has a length.</summary>
    private const double LeastWork = 1;

    private readonly ExperimentSpec _spec;
    private readonly IReadOnlyList<PlannedStep> _steps;
    private readonly PlannedTrial[] _trials;
    private int _stepsDone;

    private WorkMeter(ExperimentSpec spec, IReadOnlyList<PlannedStep> steps, int stepCount)
    {
        (_spec, _steps, StepCount) = (spec, steps, stepCount);
        _trials = [.. steps.SelectMany(step => step.Trials)];
        Total = Math.Max(LeastWork, steps.Sum(Work) + _trials.Sum(Work));
    }

    /// <summary>All the work, in the unit of <see cref="WorkEstimate"/>.</summary>
    public double Total { get; }

    public double Done { get; private set; }

    /// <summary>Number of the present step, from 1. 0 before the first one is set up.</summary>
    public int Step => _stepsDone == 0 ? 0 : _steps[_stepsDone - 1].Step + 1;

    /// <summary>The present step in words: "step 3/17, build 2/4". Steps and builds count from 1.</summary>
    public string StepText => TextOf(Step);

    /// <summary>Number of steps of the whole experiment, even for a rerun of one step.</summary>
    public int StepCount { get; }

    public int TrialsDone { get; private set; }

    public int TrialCount => _trials.Length;

    public static WorkMeter Of(ExperimentStarted started)
    {
        IReadOnlyList<PlannedStep> steps = ExperimentPlanner.Plan(started.ExperimentId, started.Spec).Steps;
        return new WorkMeter(started.Spec, steps, steps.Count);
    }

    /// <param name="spec">The experiment's specification.</param>
    public static WorkMeter Of(RerunStarted started, ExperimentSpec spec)
    {
        IReadOnlyList<PlannedStep> steps = ExperimentPlanner.Plan(started.ExperimentId, spec).Steps;
        PlannedStep step = steps[started.Step];
        PlannedStep again =
            step with { Trials = [.. step.Trials.Where(trial => trial.Measure == started.Stage.Measure())] };
        return new WorkMeter(spec, [again], steps.Count);
    }

    public void Take(ServicesScaled scaled) => AdvanceSteps(scaled.Step);

    public void Take(TrialStored stored)
    {
        AdvanceSteps(stored.Key.Step);
        if (stored.Accepted)
        {
            AdvanceTrials(1 + Array.FindIndex(_trials, TrialsDone, trial => trial.Trial == stored.Key.Trial));
        }
    }

    public void Take(ExperimentProgress progress)
    {
        AdvanceSteps(
            progress.Phase is ExperimentPhase.Queued or ExperimentPhase.Scaling ? progress.Step - 1 : progress.Step);
        AdvanceTrials(progress.TrialsDone);
    }

    /// <param name="number">Number of the step, from 1. 0 before the first one is set up.</param>
    public string TextOf(int number)
    {
        PlannedStep? step = _steps.FirstOrDefault(each => each.Step == number - 1);
        string build = step?.Role == StepRole.Services && _spec.Builds > 1
            ? $", build {step.Build + 1}/{_spec.Builds}"
            : "";
        return $"step {number}/{StepCount}{build}";
    }

    private void AdvanceSteps(int step)
    {
        while (_stepsDone < _steps.Count && _steps[_stepsDone].Step <= step)
        {
            Done += Work(_steps[_stepsDone++]);
        }
    }

    private void AdvanceTrials(int done)
    {
        while (TrialsDone < Math.Min(done, _trials.Length))
        {
            Done += Work(_trials[TrialsDone++]);
        }
    }

    private double Work(PlannedStep step) => WorkEstimate.Step(step.Cell.Services, step.DataPlanes.Count);

    private double Work(PlannedTrial trial) => WorkEstimate.Trial(_spec, trial.Measure, trial.Cell.Services);
}
