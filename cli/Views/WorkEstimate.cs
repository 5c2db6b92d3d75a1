using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>
/// How much of the work is done, in rough seconds of a 2-core machine; only the proportion is used, the time left follows
/// from the speed so far. Pure.
/// </summary>
internal static class WorkEstimate
{
    private const double SecondsPerRule = 0.0004;
    private const double SecondsPerRuleScanned = 8e-9;
    private const double TrialOverheadSeconds = 0.05;

    public static double Step(int services, int dataPlanes) => services * dataPlanes * SecondsPerRule;

    public static double Trial(ExperimentSpec spec, Measure probe, int services) => TrialOverheadSeconds + (services * SecondsPerRule / 50) + probe switch
    {
        Measure.Grpc => (double)spec.Requests / spec.Rps,
        _ => ((double)spec.Packets / spec.RatePps) + (spec.Packets * services * SecondsPerRuleScanned),
    };
}
