using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Probing;

namespace Plumbline.Trials;

/// <summary>Decides whether a trial can be trusted. Pure.</summary>
public static class TrialJudge
{
    /// <summary>Share of a trial's packets that may go astray before it is flagged: one in a thousand.</summary>
    public const double Tolerance = 0.001;

    /// <summary>Share of the asked rate of requests that the generator must reach.</summary>
    public const double LeastRate = 0.9;

    /// <summary>Judges every series of a trial. Returns no reason for a trial that can be trusted.</summary>
    /// <param name="moved">What moved in the rules meanwhile; null when nothing did.</param>
    public static IReadOnlyList<FlagReason> Judge(MeasureTrial trial, Measurement measured, string? moved)
    {
        List<FlagReason> reasons = [];
        foreach (Series series in measured.Series)
        {
            bool isMain = ReferenceEquals(series, measured.Main);
            FlagReason[] found = [.. Judge(trial, series).Except(reasons)];
            reasons.AddRange(isMain ? found : found.Select(each => With(series, each)));
            if (isMain && moved is not null)
            {
                reasons.Add(new FlagReason(TrialFlag.RulesMoved, moved));
            }

            reasons.AddRange(series.Flags);
        }

        return reasons;
    }

    private static FlagReason With(Series series, FlagReason reason) =>
        reason with { Remark = $"with the {series.Report?.Probe} probe {reason.Remark}" };

    private static List<FlagReason> Judge(MeasureTrial trial, Series series)
    {
        Reasons reasons = new(Tolerance * trial.Packets);
        if (trial.Measure != Measure.Grpc)
        {
            JudgeArrival(trial, series.Counts, reasons);
        }

        if (series.Counts.Answers is { } answers)
        {
            JudgeAnswers(series.Counts, answers, reasons);
        }

        if (!trial.Cell.IsBaseline)
        {
            JudgeProof(trial, series.Counts, reasons);
        }

        if (trial.Measure == Measure.OneWay)
        {
            // The stages meet at the routing lookup: without one a packet is in no histogram.
            reasons.AddIfMany(series.Counts.WithoutRoute, TrialFlag.NoRouteLookup,
                $"{series.Counts.WithoutRoute} packets left the node without a routing lookup");
        }

        JudgePace(trial.Measure, series, reasons);
        long overflow = series.Histograms.Sum(histogram => histogram.Overflow);
        reasons.AddIf(overflow > 0, TrialFlag.HistogramOverflow,
            $"{overflow} latencies were above the histogram's range");
        return reasons.All;
    }

    /// <summary>
    /// A one-way packet leaves only when the one before is through the node, so a sender that falls behind changes no
    /// figure: the rate that it reached is a condition. Packets that meet in the node all the same are unaccounted for.
    /// </summary>
    private static void JudgePace(Measure measure, Series series, Reasons reasons)
    {
        (double reached, double asked) = (series.Run.AchievedRatePps, series.AskedRatePps);
        reasons.AddIf(
            measure != Measure.OneWay && reached < LeastRate * asked,
            TrialFlag.GeneratorBehind,
            string.Create(CultureInfo.InvariantCulture, $"the generator reached {reached:F0} of {asked:F0} a second"));
    }

    private static void JudgeArrival(MeasureTrial trial, TrialCounts counts, Reasons reasons)
    {
        long unaccounted = Math.Max(0, counts.Unaccounted);
        long missing = trial.Packets - counts.Sent + counts.LostByReason.Values.Sum() + unaccounted;
        reasons.AddIfMany(missing, TrialFlag.PacketsLost,
            $"{missing} of {trial.Packets} packets did not come through ({counts.SendErrors} refused at sending, "
            + $"{Describe(counts.LostByReason)}, {unaccounted} unaccounted for)");
        reasons.AddIfMany(Math.Max(counts.Arrived - counts.Sent, -counts.Unaccounted), TrialFlag.StrayPackets,
            $"{counts.Sent} packets were sent but {counts.Arrived} arrived");
    }

    private static void JudgeAnswers(TrialCounts counts, AnswerCounts answers, Reasons reasons)
    {
        long unanswered = counts.Sent - answers.Answered - answers.Failed;
        reasons.AddIfMany(unanswered, TrialFlag.PacketsLost,
            $"{unanswered} of {counts.Sent} were not answered in time ({answers.Lost} never, {answers.Late} late)");
        reasons.AddIfMany(answers.Duplicates, TrialFlag.DuplicateAnswers,
            $"{answers.Duplicates} answers came more than once");
        reasons.AddIfMany(answers.Stray, TrialFlag.StrayPackets,
            $"{answers.Stray} packets reached the probe packets' ports but answer none of them");
        reasons.AddIfMany(answers.Untimed, TrialFlag.UntimedAnswers,
            $"{answers.Untimed} answers have no believable kernel timestamps");
        reasons.AddIfMany(answers.Failed, TrialFlag.RequestsFailed,
            $"{answers.Failed} of {counts.Sent} requests failed");
    }

    /// <summary>
    /// The first-packet proof: every packet that left made its conntrack entry and was translated. A request's
    /// connection has one such packet, or none when the connection existed before.
    /// </summary>
    private static void JudgeProof(MeasureTrial trial, TrialCounts counts, Reasons reasons)
    {
        long left = counts.FirstPackets + counts.NotFirstPackets + counts.Untracked;
        if (trial.Measure != Measure.Grpc)
        {
            reasons.AddIfMany(counts.NotFirstPackets, TrialFlag.NotFirstPackets,
                $"{counts.NotFirstPackets} of {left} packets met an existing conntrack entry");
        }
        else if (trial.Grpc?.Connection == GrpcConnection.New)
        {
            reasons.AddIfMany(counts.Sent - counts.FirstPackets, TrialFlag.NotFirstPackets,
                $"{counts.Sent} connections began with only {counts.FirstPackets} packets that made a conntrack entry");
        }

        long untranslated = left - counts.Translated;
        reasons.AddIfMany(Math.Max(untranslated, counts.Untracked), TrialFlag.NotTranslated,
            $"{untranslated} of {left} packets were not translated to an endpoint "
            + $"({counts.Untracked} without a conntrack entry)");
    }

    private static string Describe(IReadOnlyDictionary<string, long> lost) => lost.Count == 0
        ? "none dropped"
        : string.Join(", ", lost.Select(each => $"{each.Value} dropped as {each.Key}"));

    /// <param name="tolerated">Number of packets that may go astray.</param>
    private sealed class Reasons(double tolerated)
    {
        public List<FlagReason> All { get; } = [];

        public void AddIf(bool condition, TrialFlag flag, string remark)
        {
            if (condition)
            {
                All.Add(new FlagReason(flag, remark));
            }
        }

        public void AddIfMany(long packets, TrialFlag flag, string remark) => AddIf(packets > tolerated, flag, remark);
    }
}
