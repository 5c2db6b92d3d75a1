using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Trials;
using Plumbline.Paths.Lab;

namespace Plumbline.NodeProbe.Tests;

[Trait("Category", "Kernel")]
public sealed class Clock_specs
{
    [Theory]
    [InlineData(-3_600)]
    [InlineData(3_600)]
    public async Task A_wall_clock_that_is_set_during_a_trial_does_not_change_its_duration(int seconds)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);
        JumpingClock clock = new(TimeSpan.FromSeconds(seconds));
        using TrialRunner runner = new(new LabNodeAccess(), clock, NullLogger<TrialRunner>.Instance);
        long start = TimeProvider.System.GetTimestamp();

        TrialMeasured measured = await runner.RunAsync(
            lab.Trial(Measure.OneWay), new OneWayMethod(), TestContext.Current.CancellationToken);

        // 600 packets at 10,000 a second at most.
        double atMostNs = TimeProvider.System.GetElapsedTime(start).TotalNanoseconds;
        Assert.InRange(measured.Conditions.DurationNs, 10_000_000, (long)atMostNs);
        Assert.Equal(clock.FirstRead, measured.Conditions.StartedAt);
    }

    /// <summary>
    /// Each reading of its wall clock is a jump after the one before; its timestamps are the machine's.
    /// </summary>
    private sealed class JumpingClock(TimeSpan jump) : TimeProvider
    {
        private DateTimeOffset? _last;

        public DateTimeOffset? FirstRead { get; private set; }

        public override DateTimeOffset GetUtcNow()
        {
            _last = _last + jump ?? System.GetUtcNow();
            FirstRead ??= _last;
            return _last.Value;
        }
    }
}
