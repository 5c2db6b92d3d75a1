namespace Plumbline.NodeProbe.Tests;

internal static class OneWayTrials
{
    /// <summary>
    /// Measures a one-way trial with its own flows, or with those from <paramref name="firstFlow"/> on.
    /// </summary>
    public static Task<TrialMeasured> MeasureAsync(
        this LabHarness lab,
        Position position = Position.First,
        int packets = 500,
        int warmupPackets = 100,
        int ratePps = 10_000,
        long? firstFlow = null) =>
        lab.MeasureAsync(
            new OneWayMethod(), lab.Trial(Measure.OneWay, position, packets, warmupPackets, ratePps, firstFlow));
}
