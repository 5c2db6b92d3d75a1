using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

public sealed class ControlTests : IDisposable
{
    private static readonly double[] s_slowness = [1, 1, 1.5];

    private readonly ResultsFile _file = new();
    private readonly Messages _messages = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_slow_step_shows_against_the_machines_full_speed()
    {
        IReadOnlyList<ControlStep> steps =
            Steps((1, 1_000), (1, 1_100), (2, 1_000), (2, 1_050), (3, 1_500), (3, 1_700));

        Assert.Equal([1, 2, 3], steps.Select(step => step.Step));
        Assert.Equal([1_050, 1_025, 1_600], steps.Select(step => step.P50Ns));
        Assert.Equal(1_600 / 1_000.0, steps[2].OverFullSpeed!.Value, 1e-9);
        Assert.Equal([0, 0, 2], steps.Select(step => step.NoisyAttempts));
        Assert.Equal([false, false, true], steps.Select(step => step.BeganNoisy));
    }

    [Fact]
    public void Attempts_without_control_packets_give_no_step() => Assert.Empty(Steps((1, null)));

    [Fact]
    public void Figures_are_stated_at_the_machines_full_speed()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Built(3, services: [100]));
        foreach ((int trial, double slowness) in s_slowness.Index())
        {
            store.RecordTrial(_messages
                .Trial(
                    1 + trial, trial, Planes.Nftables, 100, Position.Last, Messages.Around(2_000 * slowness, seed: 1))
                .WithControl(700 * slowness));
        }

        ExperimentResults results = store.Load(_messages.ExperimentId);
        ComparisonCell cell = ComparisonTable.Of(results).Cells
            .Single(each => each.Stage == Stage.Prerouting);

        Assert.Equal(new MachineSlowness(1 / 3.0, 1.5), ControlAnalysis.Slowness(results)! with { Times = 1.5 });
        Assert.Equal(2_000, cell.P50!.MinNs, 40.0);
        Assert.Equal(2_000, cell.P50.MaxNs, 40.0);
    }

    [Fact]
    public void Slow_trials_make_their_cell_less_certain()
    {
        Interval quiet = Measured(1), slow = Measured(1.5);

        Assert.True(slow.High / slow.Low > 1.2 * quiet.High / quiet.Low, $"{slow} against {quiet}");

        Interval Measured(double slowness)
        {
            using ResultsFile file = new();
            using ResultsStore store = file.Open();
            Messages messages = new();
            store.RecordStarted(messages.Built(3, services: [100, 1_000]));
            for (int trial = 0; trial < 6; trial++)
            {
                // Those of 100 Services are at full speed.
                double times = trial % 2 == 0 ? 1 : slowness;
                store.RecordTrial(messages
                    .Trial(
                        1 + trial,
                        trial,
                        Planes.Nftables,
                        trial % 2 == 0 ? 100 : 1_000,
                        Position.Last,
                        Messages.Around(2_000 * times, seed: trial))
                    .WithControl(700 * times));
            }

            return ExperimentAnalysis.Of(store.Load(messages.ExperimentId)).Cells.Single(each =>
                each.Cell.Services == 1_000 && each.Stage == Stage.Prerouting && each.Statistic == Statistic.P50)
                .Ns.Interval!;
        }
    }

    [Fact]
    public void Few_packets_make_p99_uncertain_though_builds_agree()
    {
        long[] packets = [.. Enumerable.Repeat(1_000L, 985), .. Enumerable.Repeat(50_000L, 15)];
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Built(3, services: [100]));
        for (int trial = 0; trial < 3; trial++)
        {
            store.RecordTrial(
                _messages.Trial(1 + trial, trial, Planes.Nftables, 100, Position.Last, packets));
        }

        CellEstimate[] cells = [.. ExperimentAnalysis.Of(store.Load(_messages.ExperimentId)).Cells
            .Where(each => each.Stage == Stage.Prerouting)];
        Interval p99 = cells.Single(each => each.Statistic == Statistic.P99).Ns.Interval!;
        Interval p50 = cells.Single(each => each.Statistic == Statistic.P50).Ns.Interval!;

        // With 1,000 packets p99 has a rank of 984 to 996, which may be below the cliff.
        Assert.True(p99.Low < 20_000, $"{p99}");
        Assert.InRange(p50.High / p50.Low, 1, Math.Exp(2 * 2.8 * BuildTrials.RunError));
    }

    private IReadOnlyList<ControlStep> Steps(params (int Step, double? P50Ns)[] attempts)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        foreach ((int trial, (int step, double? p50)) in attempts.Index())
        {
            TrialFlag[] flags = p50 > 1_200 ? [TrialFlag.MachineNoisy] : [];
            store.RecordTrial(_messages
                .Trial(step, trial, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), 1, flags)
                .WithControl(p50));
        }

        return ControlAnalysis.Of(store.Load(_messages.ExperimentId));
    }
}
