using Plumbline.Contracts;
using Plumbline.Reports.Html;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>
/// A report of as many cells as a full experiment has: 6 numbers of Services × 3 data planes × 6 positions × 5 builds ×
/// 2 measures.
/// </summary>
public sealed class HtmlSizeTests : IDisposable
{
    private static readonly int[] s_services = [100, 1_000, 5_000, 10_000, 20_000, 30_000];

    private static readonly Position[] s_positions =
    [
        Position.First,
        Position.P25,
        Position.Median,
        Position.P75,
        Position.Last,
        Position.Random,
    ];

    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_full_experiments_report_is_2_MB_at_most()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Services = s_services, Trials = 5 } };
        using ResultsStore store = _file.Open();
        Record(store, messages);
        ExperimentResults results = store.Load(messages.ExperimentId);

        using StringWriter writer = new();
        HtmlReport.Write(results, writer);

        int bytes = System.Text.Encoding.UTF8.GetByteCount(writer.ToString());
        if (Environment.GetEnvironmentVariable("PLUMBLINE_FULL_REPORT") is { Length: > 0 } path)
        {
            File.WriteAllText(path, writer.ToString());
        }

        Assert.InRange(bytes, 100_000, 2_000_000);
    }

    private static void Record(ResultsStore store, Messages messages)
    {
        int trial = 0;
        store.RecordStarted(messages.Built(5, 2 * 5 * s_services.Length * 3 * s_positions.Length, s_services));
        store.RecordMachine(messages.Node());
        for (int step = 1; step <= 5 * s_services.Length; step++)
        {
            (int build, int size) = Math.DivRem(step - 1, s_services.Length);
            int services = s_services[size];
            store.RecordStep(messages.Scaled(
                step,
                services,
                (Planes.IptablesLegacy, 50_000L * services),
                (Planes.IptablesNft, 140_000L * services),
                (Planes.Nftables, 40_000L * services)));
            foreach (DataPlane dataPlane in new[] { Planes.IptablesLegacy, Planes.IptablesNft, Planes.Nftables })
            {
                for (int place = 0; place < s_positions.Length; place++)
                {
                    double perRule =
                        dataPlane == Planes.IptablesLegacy ? 5.3 : dataPlane == Planes.IptablesNft ? 15.4 : 0;
                    double rules = (1_700 + perRule * services * Math.Min(place, 4) / 4) * (1 + 0.01 * build);
                    TrialMeasured oneWay = messages.Trial(
                        step, trial++, dataPlane, services, s_positions[place], Messages.Around(rules, trial));
                    store.RecordTrial(oneWay with
                    {
                        Conditions = oneWay.Conditions with
                        {
                            TargetIndex = s_positions[place] == Position.Random ? null : (services - 1) * place / 4,
                        },
                    });
                    store.RecordTrial(messages.RoundTrip(
                        step, trial++, dataPlane, services, s_positions[place],
                        Messages.Around(18_000, trial).Select(value => value + (long)rules)));
                }
            }
        }

        store.RecordCompleted(messages.Completed());
    }
}
