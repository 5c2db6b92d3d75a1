using Plumbline.Bpf;
using Plumbline.Probing;
using Plumbline.Probing.Functions;

namespace Plumbline.Trials.Tests;

public sealed class Kernel_probe_specs
{
    [Fact]
    public async Task A_probe_that_fails_while_it_attaches_is_detached()
    {
        using RecordedProbe probe = new() { Fails = true };

        await Assert.ThrowsAsync<BpfException>(() => probe.WhileAttachedAsync(() => Task.FromResult(1)));
        Assert.Throws<BpfException>(() => probe.WhileAttached(() => 1));

        Assert.Equal(["attach", "detach", "attach", "detach"], probe.Calls);
    }

    [Fact]
    public void A_probe_is_detached_when_its_packets_cannot_be_sent()
    {
        using RecordedProbe probe = new();

        Assert.Throws<IOException>(() => probe.WhileAttached<int>(() => throw new IOException()));

        Assert.Equal(["attach", "detach"], probe.Calls);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public void A_single_call_that_is_missing_is_flagged(long unpaired, long lost, long missed)
    {
        Dictionary<string, long> counts = new()
        {
            [FunctionCounts.Unpaired] = unpaired,
            [FunctionCounts.Lost] = lost,
            [FunctionCounts.Missed] = missed,
        };

        Assert.Equal(
            [
                new FlagReason(
                    TrialFlag.FunctionCallsLost,
                    $"calls of rule functions are missing: {unpaired} did not return, {lost} found no room, "
                    + $"{missed} the kernel left out"),
            ],
            FunctionProbe.FlagsOf(counts, [Calls(overflow: 0)]));
    }

    [Fact]
    public void Calls_above_the_histograms_range_are_flagged()
    {
        Dictionary<string, long> counts = new()
        {
            [FunctionCounts.Unpaired] = 0,
            [FunctionCounts.Lost] = 0,
            [FunctionCounts.Missed] = 0,
        };

        Assert.Empty(FunctionProbe.FlagsOf(counts, [Calls(overflow: 0)]));
        Assert.Equal(
            [new FlagReason(TrialFlag.HistogramOverflow, "3 calls of rule functions were above the histogram's range")],
            FunctionProbe.FlagsOf(counts, [Calls(overflow: 1), Calls(overflow: 2)]));
    }

    private static NamedHistogram Calls(long overflow) =>
        NamedHistograms.Of(Stage.RuleFunctions, [1, 2, 3], keepRaw: false) with { Overflow = overflow };

    private sealed class RecordedProbe : IKernelProbe
    {
        public bool Fails { get; init; }

        public List<string> Calls { get; } = [];

        public void Attach()
        {
            Calls.Add("attach");
            if (Fails)
            {
                throw new BpfException("the kernel refuses it", 1, "");
            }
        }

        public void Detach() => Calls.Add("detach");

        public void Reset() => Calls.Add("reset");

        public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => new Dictionary<string, BpfRunTime>();

        public void Dispose()
        {
        }
    }
}
