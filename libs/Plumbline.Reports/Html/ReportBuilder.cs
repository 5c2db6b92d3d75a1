namespace Plumbline.Reports.Html;

/// <summary>Builds the report, section by section.</summary>
internal static class ReportBuilder
{
    public static ReportModel Build(ExperimentResults results)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        CrossCheck check = CrossCheck.Of(results);
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        HeadlineCells? headline = HeadlineCells.Of(analysis);
        ReportSection?[] sections =
        [
            ComparisonSections.Comparison(table, analysis),
            ComparisonSections.Distribution(results, headline),
            FunctionSection.Of(results, table, analysis),
            AnswerSections.RoundTrip(results.Summary.Spec, table, analysis),
            CrossCheckSection.Scatter(analysis),
            CrossCheckSection.Of(check),
            ScaleSections.Position(results, analysis, headline),
            ScaleSections.Programming(results, analysis),
            AnswerSections.Application(results.Summary.Spec, table),
            ComparisonSections.Stages(table),
            PrecisionSection.Of(analysis),
            BaselineSection.Of(results, table, analysis),
            TrustSections.Flagged(results),
            PacketSection.Of(results),
            TrustSections.Reruns(results),
            NodeSection.Of(results),
            ConditionSections.Machine(results),
            ConditionSections.Cells(results),
            ControlSection.Of(results),
            ClosingSections.Reproduce(results.Summary.Spec),
            ClosingSections.Meaning(results, table),
        ];
        return new ReportModel(
            results.Node is { } node ? $"{results.Summary.Name} on {node}" : results.Summary.Name,
            Subtitle(results, table),
            Record(results.Summary),
            [.. Warnings(results, check, analysis)],
            headline is null ? [] : [.. new Findings(results, table, analysis, check, headline).All()],
            [.. sections.OfType<ReportSection>()]);
    }

    /// <summary>
    /// As <c>What a first packet to a Kubernetes Service costs: iptables-nft, nftables at 100, 10,000 Services, …</c>.
    /// </summary>
    private static string Subtitle(ExperimentResults results, ComparisonTable table)
    {
        const string What = "What a first packet to a Kubernetes Service costs in the kernel";
        if (table.Columns.Count == 0)
        {
            return $"{What}.";
        }

        string columns = Listed(table.Columns.Select(column => CellText.Column(column.Without(Axes.Position))));
        string positions = Listed(
            table.Columns.Select(column => column.Position).Order().Select(each => each.WireName()));
        string measures = string.Join(" and ", table.Measures.Select(each => each.WireName()));
        string node = results.Node is null ? "" : $"node {results.Node}, ";
        string machine = results.Machine is { } known ? $" on {node}Linux {known.Kernel}, {known.CpuModel}" : "";
        return $"{What}: {columns} at {Listed(table.Rows.Select(services => Figures.Integer(services)))} Services, "
            + $"rules at positions {positions}; {measures}, {results.Summary.Spec.Builds} builds with "
            + $"up to {results.Summary.Spec.Trials} trials of each{machine}.";
    }

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words.Distinct());

    private static string Record(ExperimentSummary summary)
    {
        string ended = summary.EndedAt is { } end ? $", {summary.State.WireName()} {Figures.Time(end)}" : "";
        return $"Experiment {summary.ExperimentId}, started {Figures.Time(summary.StartedAt)}{ended}.";
    }

    private static IEnumerable<string> Warnings(
        ExperimentResults results, CrossCheck check, ExperimentAnalysis analysis)
    {
        int givenUp = results.GivenUpTrials().Count();
        string trials = givenUp == 1 ? "1 trial was" : $"{Figures.Integer(givenUp)} trials were";
        string crossCheck = $"One-way and round trip differ by different amounts in "
            + $"{Figures.Integer(check.FlaggedPairs)} of {Figures.Integer(check.JudgedPairs)} pairs of cells "
            + $"({Figures.Integer(check.FlaggedPairsThatExcludeOne)} of them with a 95 % interval that excludes the "
            + "expected ratio). See the cross-check below.";
        string?[] warnings =
        [
            .. NodeText.Remarks(results),
            Incomplete(results),
            NoiseText.Summary(results),
            givenUp == 0
                ? null
                : $"{trials} given up: still flagged at the last attempt, and in no figure. "
                    + "See the flagged attempts below.",
            check.FlaggedPairs == 0 ? null : crossCheck,
            Drifted(results, analysis),
        ];
        return warnings.OfType<string>();
    }

    private static string? Incomplete(ExperimentResults results)
    {
        ExperimentSummary summary = results.Summary;
        int accepted = results.AcceptedAttempts().Count();
        string progress = $"{Figures.Integer(accepted)} of {Figures.Integer(summary.TrialCount)} planned trials were "
            + "accepted; the figures contain only those.";
        return summary.State switch
        {
            RecordedState.Started =>
                $"This experiment has no recorded end: it is still running or was interrupted. {progress}",
            RecordedState.Failed => $"This experiment failed: {summary.Reason}. {progress}",
            RecordedState.Cancelled => $"This experiment was cancelled. {progress}",
            _ => accepted < summary.TrialCount ? $"This experiment is incomplete: {progress}" : null,
        };
    }

    private static string? Drifted(ExperimentResults results, ExperimentAnalysis analysis)
    {
        // At application level the first arm is slower on every machine: the runtime is new then.
        string[] drifts =
        [
            .. from drift in analysis.Drifts
               where drift.IsReal && drift.Stage.Measure != Measure.Grpc
               select $"{BaselineText.Subject(drift)} {Figures.Change(drift.LastOverFirst)}",
        ];
        return drifts.Length == 0
            ? null
            : $"The machine drifted during the experiment, {NodeText.WithoutAny(results)} by: "
                + $"{string.Join("; ", drifts)}. Differences of that size between steps may be drift. "
                + "See the baseline below.";
    }
}
