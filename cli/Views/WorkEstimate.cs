using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>
/// Estimates work in rough seconds on a 2-core machine. Only proportions matter: the time left follows from the speed
/// so far. Pure.
/// </summary>
internal static class WorkEstimate
{
    private const double SecondsPerRule = 0.0004;
    private const double SecondsPerRuleScanned = 8e-9;
    private const double TrialOverheadSeconds = 0.05;

    public static double Step(int services, int dataPlanes) => services * dataPlanes * SecondsPerRule;

    public static double Trial(ExperimentSpec spec, Measure measure, int services) =>
        TrialOverheadSeconds + (services * SecondsPerRule / 50) + measure switch
    {
        Measure.Grpc => (double)spec.Requests / spec.Rps,
        _ => ((double)spec.Packets / spec.RatePps) + (spec.Packets * services * SecondsPerRuleScanned),
    };
}
