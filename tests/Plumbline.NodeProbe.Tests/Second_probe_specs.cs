using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Bpf;
using Plumbline.Histograms;
using Plumbline.Paths.Lab;
using Plumbline.Probing;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>A kernel probe that only this test has: one class and its source are all that a trial needs.</summary>
[Trait("Category", "Kernel")]
public sealed class Second_probe_specs
{
    private const Timing Planted = (Timing)(1 << 10);
    private const int Packets = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_a_series_of_its_own_after_the_stage_probes()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        using PlantedProbe probe = new();

        TrialMeasured measured = await MeasureAsync(lab, probe, Timing.Stage | Planted);

        Assert.Equal(
            ["prerouting", "forward-postrouting", "total", "planted"], measured.Histograms.Select(each => each.Name));
        Assert.Equal(["stage", "planted"], measured.Probes.Select(each => each.Probe));
        Assert.NotNull(measured.Probes[1].AddsNs);
        Assert.Equal(["attach", "reset", "read", "detach"], probe.Calls);
        Assert.Equal((Packets, Packets), (measured.Counts.FirstPackets, measured.Counts.Measured));

        // Both series were sent, and flags that the probe raises are the trial's.
        string sent = await Linux.Tool.RunAsync(
            lab.Node.Client, "cat", [$"/sys/class/net/{LabNode.ClientDevice}/statistics/tx_packets"], token: Token);
        Assert.True(int.Parse(sent, null) >= 2 * Packets, sent);
        Assert.Contains(TrialFlag.FunctionCallsLost, measured.Flags);
        Assert.Contains("a planted reason", measured.Remarks);
    }

    [Fact]
    public async Task Alone_it_gives_the_trials_counts()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        using PlantedProbe probe = new();

        TrialMeasured measured = await MeasureAsync(lab, probe, Planted);

        Assert.Equal("planted", Assert.Single(measured.Histograms).Name);
        Assert.Equal((Packets, 7), (measured.Counts.FirstPackets, measured.Counts.Measured));
    }

    [Fact]
    public async Task A_baseline_measures_what_it_adds_and_costs()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);
        using PlantedProbe probe = new();

        TrialMeasured measured = await MeasureAsync(lab, probe, Planted);

        Assert.Equal("planted", Assert.Single(measured.Histograms).Name);
        Assert.Equal((Packets, Packets), (measured.Counts.Untracked, measured.Counts.Measured));
        KernelProbeReport report = measured.Probes[1];
        Assert.NotNull(report.AddsNs);
        Assert.Contains(new ProgramRuns("planted", 1, 2), report.Cost!.Programs);
        Assert.Contains(report.Cost.Programs, each => each.Program == "stage_arrived" && each.Runs > 0);
    }

    [Fact]
    public async Task A_kernel_that_refuses_it_leaves_the_stage_probe_to_measure_and_is_reported()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        using PlantedProbe probe = new() { Refusal = "no such feature" };

        TrialMeasured measured = await MeasureAsync(lab, probe, Timing.Stage | Planted);

        Assert.Equal(("planted", "no such feature"), (measured.Probes[1].Probe, measured.Probes[1].Absent));
        Assert.Equal(Packets, measured.Counts.Measured);
        Assert.Empty(probe.Calls);
        await Assert.ThrowsAsync<ProbeUnavailableException>(() => MeasureAsync(lab, probe, Planted));
    }

    private static async Task<TrialMeasured> MeasureAsync(LabHarness lab, PlantedProbe probe, Timing timing)
    {
        using TrialRunner runner = new(new LabNodeAccess(), TimeProvider.System, NullLogger<TrialRunner>.Instance)
        {
            Probes = new KernelProbes(_ => new PlantedSource(probe)),
        };
        MeasureTrial trial = lab.Trial(Measure.OneWay, Position.Last, Packets);
        return await runner.RunAsync(
            trial with { Timing = timing, Flows = 3 * trial.Flows }, new OneWayMethod(), Token);
    }

    private sealed class PlantedSource(PlantedProbe probe) : IProbeSource
    {
        public Timing Timing => Planted;

        public string Name => "planted";

        public void Demand()
        {
            if (probe.Refusal is { } refusal)
            {
                throw new ProbeUnavailableException(refusal);
            }
        }

        public ITimingProbe Get(DataPlane dataPlane) => probe;

        public void Dispose()
        {
        }
    }

    /// <summary>Counts seven latencies, whatever is sent.</summary>
    private sealed class PlantedProbe : ITimingProbe
    {
        private int _runs;

        public string? Refusal { get; init; }

        public List<string> Calls { get; } = [];

        public void Attach() => Calls.Add("attach");

        public void Detach() => Calls.Add("detach");

        public void Reset() => Calls.Add("reset");

        public IReadOnlyDictionary<string, BpfRunTime> RunTimes()
        {
            _runs++;
            return new Dictionary<string, BpfRunTime> { ["planted"] = new(2 * _runs, _runs, 0) };
        }

        public ProbeReading Read()
        {
            Calls.Add("read");
            return new ProbeReading
            {
                Stages =
                [
                    new NamedHistogram
                    {
                        Name = "planted",
                        LayoutVersion = BucketLayout.Version,
                        Count = 7,
                        SumNs = 70,
                        MinNs = 10,
                        MaxNs = 10,
                        Overflow = 0,
                        Buckets = [new HistogramBucket(10, 7)],
                    },
                ],
                Report = new KernelProbeReport { Probe = "planted" },
                Flags = [new FlagReason(TrialFlag.FunctionCallsLost, "a planted reason")],
            };
        }

        public void Dispose()
        {
        }
    }
}
