using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// How long the answer to a command may take. Pure. Long enough for work that is under way: a worker that dies gives its
/// message back at once, so these are for what is lost altogether.
/// </summary>
public static class Deadlines
{
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_perService = TimeSpan.FromMilliseconds(20);

    /// <summary>A rule that a packet passes takes about a tenth of this.</summary>
    private const double SecondsPerRule = 100e-9;

    /// <summary>For a slow machine, for the baselines' runs with and without the probe, and for a worker that is busy.</summary>
    private const double Generosity = 4;

    public static TimeSpan Of(ExperimentState state) => state.Phase switch
    {
        ExperimentPhase.Scaling => Least + (state.PresentStep.Cell.Services * s_perService),
        ExperimentPhase.Measuring => Least + OfTrial(TrialCommand.Of(state), state.Plan.Spec.PortsPerService),
        _ => Least,
    };

    private static TimeSpan OfTrial(MeasureTrial trial, int portsPerService)
    {
        double timeout = (trial.RoundTrip?.TimeoutMs ?? trial.Grpc?.TimeoutMs ?? 0) / 1_000.0;
        bool waitsForEach = trial.Grpc is not null || trial.RoundTrip?.Pacing == Pacing.PingPong;
        double each = (1.0 / trial.RatePps) + ((double)trial.Cell.Services * portsPerService * SecondsPerRule) + (waitsForEach ? timeout : 0);
        return TimeSpan.FromSeconds(Generosity * ((trial.Flows * each) + timeout));
    }
}
