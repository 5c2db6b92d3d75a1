namespace Plumbline.Reports.Html;

/// <summary>Where every packet went.</summary>
internal static class PacketSection
{
    private static readonly (string Name, Func<TrialCounts, long> Count)[] s_sent =
    [
        ("sent", counts => counts.Sent),
        ("refused at sending", counts => counts.SendErrors),
    ];

    private static readonly (string Name, Func<TrialCounts, long> Count)[] s_firsts =
    [
        ("first of their flow (conntrack NEW)", counts => counts.FirstPackets),
        ("not first of their flow", counts => counts.NotFirstPackets),
        ("without a conntrack entry", counts => counts.Untracked),
        ("translated to an endpoint", counts => counts.Translated),
    ];

    private static readonly (string Name, Func<TrialCounts, long> Count)[] s_answers =
    [
        .. s_sent,
        ("answered in time", counts => counts.Answers?.Answered ?? 0),
        ("lost: not answered", counts => counts.Answers?.Lost ?? 0),
        ("late: answered after the timeout", counts => counts.Answers?.Late ?? 0),
        ("failed: answered with an error", counts => counts.Answers?.Failed ?? 0),
        ("duplicates: answered again", counts => counts.Answers?.Duplicates ?? 0),
        ("stray: answers to nothing sent", counts => counts.Answers?.Stray ?? 0),
        ("untimed: answered, without a timestamp to believe", counts => counts.Answers?.Untimed ?? 0),
    ];

    private static readonly (string Name, Func<TrialCounts, long> Count)[] s_oneWay =
    [
        .. s_sent,
        ("arrived on the node", counts => counts.Arrived),
        ("measured", counts => counts.Measured),
        ("without a routing lookup of their own", counts => counts.WithoutRoute),
        .. s_firsts,
        ("dropped by the node", counts => counts.LostByReason.Values.Sum()),
        ("unaccounted for", counts => counts.Unaccounted),
    ];

    public static ReportSection? Of(ExperimentResults results)
    {
        if (results.Attempts.Count == 0)
        {
            return null;
        }

        ReportRow[] losses = [.. Losses(results)];
        return new ReportSection("Where every packet went")
        {
            Paragraphs = losses.Length == 0 ? ["The node dropped no packet."] : [],
            Tables =
            [
                .. from attempt in results.Attempts
                   group attempt by attempt.Trial.Measure into measure
                   orderby measure.Key
                   select Counts(measure.Key, [.. measure], results.Node is null),
                .. losses.Length == 0 ? Array.Empty<ReportTable>() :
                [
                    new ReportTable(
                        "Packets that the node dropped, by the kernel's reason",
                        ["reason", "in accepted attempts", "in flagged attempts"],
                        losses),
                ],
            ],
        };
    }

    private static IEnumerable<ReportRow> Losses(ExperimentResults results) => results.Attempts
        .SelectMany(attempt => attempt.Counts.LostByReason.Select(loss => (attempt.Accepted, loss.Key, loss.Value)))
        .GroupBy(loss => loss.Key)
        .OrderBy(reason => reason.Key, StringComparer.Ordinal)
        .Select(reason => new ReportRow(
            reason.Key,
            Figures.Integer(reason.Where(each => each.Accepted).Sum(each => each.Value)),
            Figures.Integer(reason.Where(each => !each.Accepted).Sum(each => each.Value))));

    private static ReportTable Counts(Measure measure, AttemptResult[] attempts, bool isLab)
    {
        (string caption, string what, (string Name, Func<TrialCounts, long> Count)[] rows) = measure switch
        {
            Measure.RoundTrip => ("Round trips, all attempts together", "probe packets", [.. s_answers, .. s_firsts]),
            Measure.Grpc => ("Application level: requests, all attempts together", "requests", s_answers),
            _ => ("Packets, all attempts together", "packets", s_oneWay),
        };
        string[] titles = isLab
            ? ["no rules, accepted", "with rules, accepted"]
            : ["baseline, accepted", "with its Services, accepted"];
        return new ReportTable(
            caption,
            [what, .. titles.Select(title => new ReportColumn(title)), "flagged attempts"],
            [
                .. rows.Select(row => new ReportRow(
                    row.Name,
                    Sum(attempt => attempt.Accepted && attempt.Trial.Cell.IsBaseline, row.Count),
                    Sum(attempt => attempt.Accepted && !attempt.Trial.Cell.IsBaseline, row.Count),
                    Sum(attempt => !attempt.Accepted, row.Count))),
            ]);

        string Sum(Func<AttemptResult, bool> of, Func<TrialCounts, long> count) =>
            Figures.Integer(attempts.Where(of).Sum(attempt => count(attempt.Counts)));
    }
}
