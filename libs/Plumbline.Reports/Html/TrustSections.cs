namespace Plumbline.Reports.Html;

/// <summary>What cannot be trusted.</summary>
internal static class TrustSections
{
    public static ReportSection Flagged(ExperimentResults results)
    {
        AttemptResult[] flagged = [.. results.FlaggedAttempts()];
        if (flagged.Length == 0)
        {
            return new ReportSection("Flagged attempts") { Paragraphs = ["None: every attempt can be trusted."] };
        }

        HashSet<TrialKey> accepted = [.. results.AcceptedAttempts().Select(Trial)];
        HashSet<TrialKey> givenUp = [.. results.GivenUpTrials().Select(Trial)];
        CellColumns columns = CellColumns.Of(flagged.Select(attempt => attempt.LocalCell()), Axes.Services);
        return new ReportSection("Flagged attempts")
        {
            Paragraphs =
            [
                "These attempts cannot be trusted. They are kept and listed here, and no latency in this report "
                    + "contains them.",
            ],
            Tables =
            [
                new ReportTable(
                    "Flagged attempts",
                    [
                        "trial",
                        "attempt",
                        ReportColumn.Words("measure"),
                        .. columns.Titles,
                        ReportColumn.Words("flags"),
                        ReportColumn.Words("why"),
                        ReportColumn.Words("the trial"),
                    ],
                    [.. flagged.Select(RowOf)]),
            ],
        };

        ReportRow RowOf(AttemptResult attempt) => ReportRow.Of(
        [
            Figures.Integer(attempt.Trial.Key.Trial),
            Figures.Integer(attempt.Trial.Key.Attempt),
            attempt.Trial.Measure.WireName(),
            .. columns.Texts(attempt.LocalCell()),
            string.Join(", ", attempt.Flags.Select(flag => flag.WireName())),
            string.Join("; ", attempt.Remarks),
            accepted.Contains(Trial(attempt)) ? "accepted at another attempt"
                : givenUp.Contains(Trial(attempt)) ? "given up"
                : "not finished",
        ]);

        // All attempts at a trial get the key of its first.
        static TrialKey Trial(AttemptResult attempt) => attempt.Trial.Key with { Attempt = 1 };
    }

    public static ReportSection? Reruns(ExperimentResults results) =>
        RerunText.Summary(results) is { } words ? new ReportSection("Reruns") { Paragraphs = [words] } : null;
}
