using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Trials;

/// <summary>Decides whether a trial can be trusted. Pure.</summary>
public static class TrialJudge
{
    /// <summary>Share of a trial's packets that may go astray before it is flagged: one in a thousand.</summary>
    public const double Tolerance = 0.001;

    /// <summary>Share of the asked rate that the generator must reach.</summary>
    public const double LeastRate = 0.9;

    /// <summary>Judges the trial's packets, and those that the function probe measured.</summary>
    /// <param name="moved">What moved in the rules meanwhile; null when nothing did.</param>
    public static (IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks) Judge(
        MeasureTrial trial, TrialConditions conditions, TrialCounts counts, Measurement measured, string? moved)
    {
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) = Judge(trial, conditions, counts, measured.Histograms, moved);
        if (measured.Functions is not { } series)
        {
            return (flags, remarks);
        }

        KernelProbeReport functions = series.Functions.Report;
        (long unpaired, long noRoom, long missed) = (functions.Counts[FunctionCounts.Unpaired], functions.Counts[FunctionCounts.Lost], functions.Counts[FunctionCounts.Missed]);
        TrialConditions ofSeries = conditions with { AskedRatePps = series.AskedRatePps, AchievedRatePps = series.Run.AchievedRatePps };
        TrialCounts countsOfSeries = Measurement.Counts(trial.Measure, series.Run, series.Stages, functions.Counts[FunctionCounts.Packets], answers: null);
        (IReadOnlyList<TrialFlag> more, IReadOnlyList<string> moreRemarks) =
            Judge(trial, ofSeries, countsOfSeries, [series.Functions.PerPacket], moved: null);
        long lost = unpaired + noRoom + missed;
        long overflow = functions.Details.Sum(calls => calls.Overflow);
        return (
            [.. flags.Union(more).Union(If(lost > 0, TrialFlag.FunctionCallsLost)).Union(If(overflow > 0, TrialFlag.HistogramOverflow))],
            [
                .. remarks,
                .. moreRemarks.Except(remarks).Select(remark => $"with the function probe {remark}"),
                .. If(lost > 0, $"calls of rule functions are missing: {unpaired} did not return, {noRoom} had no room, {missed} were left out by the kernel"),
                .. If(overflow > 0, $"{overflow} calls of rule functions were above the histogram's range"),
            ]);

        static T[] If<T>(bool condition, T value) => condition ? [value] : [];
    }

    /// <param name="moved">What moved in the rules meanwhile; null when nothing did.</param>
    public static (IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks) Judge(
        MeasureTrial trial, TrialConditions conditions, TrialCounts counts, IReadOnlyList<NamedHistogram> histograms, string? moved)
    {
        List<TrialFlag> flags = [];
        List<string> remarks = [];
        double tolerated = Tolerance * trial.Packets;

        if (trial.Measure != Measure.Grpc)
        {
            long lost = counts.LostByReason.Values.Sum();
            long missing = trial.Packets - counts.Sent + lost + Math.Max(0, counts.Unaccounted);
            FlagIf(missing > tolerated, TrialFlag.PacketsLost,
                $"{missing} of {trial.Packets} packets did not come through ({counts.SendErrors} refused at sending, {Describe(counts.LostByReason)}, {Math.Max(0, counts.Unaccounted)} unaccounted for)");
            FlagIf(counts.Arrived - counts.Sent > tolerated || -counts.Unaccounted > tolerated, TrialFlag.StrayPackets,
                $"{counts.Sent} packets were sent but {counts.Arrived} arrived");
        }

        if (counts.Answers is { } answers)
        {
            long unanswered = counts.Sent - answers.Answered - answers.Failed;
            FlagIf(unanswered > tolerated, TrialFlag.PacketsLost,
                $"{unanswered} of {counts.Sent} were not answered in time ({answers.Lost} never, {answers.Late} late)");
            FlagIf(answers.Duplicates > tolerated, TrialFlag.DuplicateAnswers, $"{answers.Duplicates} answers came more than once");
            FlagIf(answers.Stray > tolerated, TrialFlag.StrayPackets, $"{answers.Stray} packets came to the probes' ports that answer none of them");
            FlagIf(answers.Untimed > tolerated, TrialFlag.UntimedAnswers, $"{answers.Untimed} answers have no kernel timestamps that can be believed");
            FlagIf(answers.Failed > tolerated, TrialFlag.RequestsFailed, $"{answers.Failed} of {counts.Sent} requests failed");
        }

        if (trial.Cell.DataPlane != DataPlane.NoRules)
        {
            // The first-packet proof: of the packets that came through, all made their conntrack entry and were translated.
            // A request's connection has one such packet, or none where the connection was there before.
            long left = counts.FirstPackets + counts.NotFirstPackets + counts.Untracked;
            if (trial.Measure != Measure.Grpc)
            {
                FlagIf(left - counts.FirstPackets - counts.Untracked > tolerated, TrialFlag.NotFirstPackets,
                    $"{counts.NotFirstPackets} of {left} packets met an existing conntrack entry");
            }
            else if (trial.Grpc?.Connection == GrpcConnection.New)
            {
                FlagIf(counts.Sent - counts.FirstPackets > tolerated, TrialFlag.NotFirstPackets,
                    $"{counts.Sent} connections began with only {counts.FirstPackets} packets that made a conntrack entry");
            }

            FlagIf(left - counts.Translated > tolerated || counts.Untracked > tolerated, TrialFlag.NotTranslated,
                $"{left - counts.Translated} of {left} packets were not translated to an endpoint ({counts.Untracked} without a conntrack entry)");
        }

        FlagIf(moved is not null, TrialFlag.RulesMoved, moved ?? "");
        FlagIf(conditions.AchievedRatePps < LeastRate * conditions.AskedRatePps, TrialFlag.GeneratorBehind, string.Create(
            CultureInfo.InvariantCulture,
            $"the generator reached {conditions.AchievedRatePps:F0} of {conditions.AskedRatePps:F0} packets a second"));
        long overflow = histograms.Sum(histogram => histogram.Overflow);
        FlagIf(overflow > 0, TrialFlag.HistogramOverflow, $"{overflow} latencies were above the histogram's range");
        return (flags, remarks);

        void FlagIf(bool condition, TrialFlag flag, string remark)
        {
            if (!condition)
            {
                return;
            }

            remarks.Add(remark);
            if (!flags.Contains(flag))
            {
                flags.Add(flag);
            }
        }
    }

    private static string Describe(IReadOnlyDictionary<string, long> lost) =>
        lost.Count == 0 ? "none dropped" : string.Join(", ", lost.Select(each => $"{each.Value} dropped as {each.Key}"));
}
