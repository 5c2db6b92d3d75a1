using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// How long the answer to a command may take. Deadlines only catch lost commands: they are long enough for all real
/// work, and a worker that dies returns its message at once. Pure.
/// </summary>
public static class Deadlines
{
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_perService = TimeSpan.FromMilliseconds(20);

    /// <summary>Time that a packet takes for each rule it passes, times ten.</summary>
    private const double SecondsPerRule = 100e-9;

    /// <summary>Covers slow machines, busy workers, and a baseline's runs with and without the kernel probe.</summary>
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
        double rules = (double)trial.Cell.Services * portsPerService;
        double each = (1.0 / trial.RatePps) + (rules * SecondsPerRule) + (waitsForEach ? timeout : 0);
        return TimeSpan.FromSeconds(Generosity * ((trial.Flows * each) + timeout));
    }
}
