using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>What cannot be trusted, and where every packet went.</summary>
internal static class TrustSections
{
    public static ReportSection Flagged(ExperimentResults results)
    {
        AttemptResult[] flagged = [.. results.FlaggedAttempts()];
        if (flagged.Length == 0)
        {
            return new ReportSection("Flagged attempts") { Paragraphs = ["None: every attempt could be trusted."] };
        }

        HashSet<TrialKey> accepted = [.. results.AcceptedAttempts().Select(Trial)];
        HashSet<TrialKey> givenUp = [.. results.GivenUpTrials().Select(Trial)];
        return new ReportSection("Flagged attempts")
        {
            Paragraphs = ["These attempts could not be trusted. They are kept and shown here, and no latency in this report is theirs."],
            Tables =
            [
                new ReportTable(
                    "Flagged attempts",
                    [
                        "trial", "attempt", ReportColumn.Words("probe"), "Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"),
                        ReportColumn.Words("flags"), ReportColumn.Words("what about"), ReportColumn.Words("the trial"),
                    ],
                    [
                        .. flagged.Select(attempt => new ReportRow(
                            Figures.Integer(attempt.Trial.Key.Trial),
                            Figures.Integer(attempt.Trial.Key.Attempt),
                            attempt.Trial.Measure.WireName(),
                            Figures.Integer(attempt.Trial.Cell.Services),
                            attempt.Trial.Cell.DataPlane.WireName(),
                            attempt.Trial.Cell.Position.WireName(),
                            string.Join(", ", attempt.Flags.Select(flag => flag.WireName())),
                            string.Join("; ", attempt.Remarks),
                            accepted.Contains(Trial(attempt)) ? "accepted at another attempt" : givenUp.Contains(Trial(attempt)) ? "given up" : "not finished")),
                    ]),
            ],
        };

        // All attempts at a trial have the key of its first.
        static TrialKey Trial(AttemptResult attempt) => attempt.Trial.Key with { Attempt = 1 };
    }

    public static ReportSection? Reruns(ExperimentResults results) =>
        RerunText.Summary(results) is { } words ? new ReportSection("Reruns") { Paragraphs = [words] } : null;

    public static ReportSection? Packets(ExperimentResults results)
    {
        if (results.Attempts.Count == 0)
        {
            return null;
        }

        var losses = results.Attempts
            .SelectMany(attempt => attempt.Counts.LostByReason.Select(loss => (attempt.Accepted, Reason: loss.Key, Count: loss.Value)))
            .GroupBy(loss => loss.Reason)
            .OrderBy(loss => loss.Key, StringComparer.Ordinal);
        ReportTable lost = new(
            "Packets that the node dropped, by the kernel's reason",
            ["reason", "in accepted attempts", "in flagged attempts"],
            [
                .. losses.Select(loss => new ReportRow(
                    loss.Key,
                    Figures.Integer(loss.Where(each => each.Accepted).Sum(each => each.Count)),
                    Figures.Integer(loss.Where(each => !each.Accepted).Sum(each => each.Count)))),
            ]);
        return new ReportSection("Where every packet went")
        {
            Paragraphs = lost.Rows.Count == 0 ? ["The node dropped no packet."] : [],
            Tables = [.. results.Attempts.GroupBy(attempt => attempt.Trial.Measure).OrderBy(probe => probe.Key).Select(probe => Counts(results, probe.Key, [.. probe])), .. lost.Rows.Count == 0 ? Array.Empty<ReportTable>() : [lost]],
        };
    }

    private static ReportTable Counts(ExperimentResults results, Measure probe, AttemptResult[] attempts)
    {
        (string caption, string what, ReportRow[] rows) = probe switch
        {
            Measure.RoundTrip => ("Round-trip probes, all attempts together", "probes", [.. Answers(), .. Firsts()]),
            Measure.Grpc => ("Application level: requests, all attempts together", "requests", [.. Answers()]),
            _ => ("Packets, all attempts together", "packets", OneWay()),
        };
        return new ReportTable(caption, [what, .. results.Node is null ? ["no rules, accepted", "with rules, accepted"] : (ReportColumn[])["baseline, accepted", "with its Services, accepted"], "flagged attempts"], rows);

        ReportRow[] OneWay() =>
        [
            Row("sent", counts => counts.Sent),
            Row("refused at sending", counts => counts.SendErrors),
            Row("arrived on the node", counts => counts.Arrived),
            Row("measured", counts => counts.Measured),
            .. Firsts(),
            Row("dropped by the node", counts => counts.LostByReason.Values.Sum()),
            Row("unaccounted for", counts => counts.Unaccounted),
        ];

        ReportRow[] Answers() =>
        [
            Row("sent", counts => counts.Sent),
            Row("refused at sending", counts => counts.SendErrors),
            Row("answered in time", counts => counts.Answers?.Answered ?? 0),
            Row("lost: not answered", counts => counts.Answers?.Lost ?? 0),
            Row("late: answered after the timeout", counts => counts.Answers?.Late ?? 0),
            Row("failed: answered with an error", counts => counts.Answers?.Failed ?? 0),
            Row("duplicates: answered again", counts => counts.Answers?.Duplicates ?? 0),
            Row("stray: answers to nothing sent", counts => counts.Answers?.Stray ?? 0),
            Row("untimed: answered, without a timestamp to believe", counts => counts.Answers?.Untimed ?? 0),
        ];

        ReportRow[] Firsts() =>
        [
            Row("first of their flow (conntrack NEW)", counts => counts.FirstPackets),
            Row("not first of their flow", counts => counts.NotFirstPackets),
            Row("without a conntrack entry", counts => counts.Untracked),
            Row("translated to an endpoint", counts => counts.Translated),
        ];

        ReportRow Row(string name, Func<TrialCounts, long> count) => new(
            name,
            Sum(attempt => attempt.Accepted && attempt.Trial.Cell.DataPlane == DataPlane.NoRules, count),
            Sum(attempt => attempt.Accepted && attempt.Trial.Cell.DataPlane != DataPlane.NoRules, count),
            Sum(attempt => !attempt.Accepted, count));

        string Sum(Func<AttemptResult, bool> of, Func<TrialCounts, long> count) =>
            Figures.Integer(attempts.Where(of).Sum(attempt => count(attempt.Counts)));
    }
}
