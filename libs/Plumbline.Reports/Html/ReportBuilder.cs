using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Puts the report together, section by section.</summary>
internal static class ReportBuilder
{
    public static ReportModel Build(ExperimentResults results)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        CrossCheck check = CrossCheck.Of(results);
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        HeadlineCells? telling = HeadlineCells.Of(analysis);
        ReportSection?[] sections =
        [
            ComparisonSections.Comparison(table, analysis),
            ComparisonSections.Distribution(results, telling),
            FunctionSection.Of(results, table, analysis),
            AnswerSections.RoundTrip(results.Summary.Spec, table, analysis),
            CrossCheckSection.Scatter(analysis),
            CrossCheckSection.Of(check),
            ScaleSections.Position(results, analysis, telling),
            ScaleSections.Programming(results, analysis),
            AnswerSections.Application(results.Summary.Spec, table),
            ComparisonSections.Stages(table),
            PrecisionSection.Of(analysis),
            BaselineSection.Of(results, table, analysis),
            TrustSections.Flagged(results),
            TrustSections.Packets(results),
            TrustSections.Reruns(results),
            NodeSection.Of(results),
            ConditionSections.Machine(results),
            ConditionSections.Cells(results),
            ClosingSections.Reproduce(results.Summary.Spec),
            ClosingSections.Meaning(results, table),
        ];
        return new ReportModel(
            results.Node is { } node ? $"{results.Summary.Name} on {node}" : results.Summary.Name,
            Measured(results, table),
            Record(results.Summary),
            [.. Warnings(results, check, analysis)],
            telling is null ? [] : [.. new Findings(results, table, analysis, check, telling).All()],
            [.. sections.OfType<ReportSection>()]);
    }

    /// <summary>As <c>What a first packet to a Kubernetes Service costs: iptables-nft and nftables at 100–10,000 Services, …</c>.</summary>
    private static string Measured(ExperimentResults results, ComparisonTable table)
    {
        const string What = "What a first packet to a Kubernetes Service costs in the kernel";
        if (table.Columns.Count == 0)
        {
            return $"{What}.";
        }

        string dataPlanes = string.Join(", ", table.Columns.Select(column => column.DataPlane).Distinct().Select(each => each.WireName()));
        string positions = string.Join(", ", table.Columns.Select(column => column.Position).Distinct().Order().Select(each => each.WireName()));
        string probes = string.Join(" and ", table.Probes.Select(each => each.WireName()));
        string machine = results.Machine is { } known ? $" on {(results.Node is { } node ? $"node {node}, " : "")}Linux {known.Kernel}, {known.CpuModel}" : "";
        return $"{What}: {dataPlanes} at {string.Join(", ", table.Rows.Select(services => Figures.Integer(services)))} Services, rules at positions {positions}; {probes}, up to {results.Summary.Spec.Trials} trials of each{machine}.";
    }

    private static string Record(ExperimentSummary summary)
    {
        string ended = summary.EndedAt is { } end ? $", {summary.State.WireName()} {Figures.Time(end)}" : "";
        return $"Experiment {summary.ExperimentId}, started {Figures.Time(summary.StartedAt)}{ended}.";
    }

    private static IEnumerable<string> Warnings(ExperimentResults results, CrossCheck check, ExperimentAnalysis analysis)
    {
        foreach (string remark in NodeText.Remarks(results))
        {
            yield return remark;
        }

        ExperimentSummary summary = results.Summary;
        int accepted = results.AcceptedAttempts().Count();
        int givenUp = results.GivenUpTrials().Count();
        string progress = $"{Figures.Integer(accepted)} of {Figures.Integer(summary.TrialCount)} planned trials were accepted; the figures are of those alone.";
        string? end = summary.State switch
        {
            ExperimentState.Started => $"This experiment has no recorded end: it is still running or was interrupted. {progress}",
            ExperimentState.Failed => $"This experiment failed: {summary.Reason}. {progress}",
            ExperimentState.Cancelled => $"This experiment was cancelled. {progress}",
            _ => accepted < summary.TrialCount ? $"This experiment is incomplete: {progress}" : null,
        };
        if (end is not null)
        {
            yield return end;
        }

        if (givenUp > 0)
        {
            yield return $"{(givenUp == 1 ? "1 trial was" : $"{Figures.Integer(givenUp)} trials were")} given up: still flagged at the last attempt, and in no figure. See the flagged attempts below.";
        }

        if (check.FlaggedPairs > 0)
        {
            yield return $"One-way and round trip do not differ alike in {Figures.Integer(check.FlaggedPairs)} of {Figures.Integer(check.TellingPairs)} pairs of cells ({Figures.Integer(check.FlaggedPairsThatExcludeOne)} of them with a 95 % interval that excludes the expected ratio). See the cross-check below.";
        }

        // At application level the first arm is slower on every machine: the runtime is new then.
        if (analysis.Drifts.Where(drift => drift.IsReal && drift.Stage.Measure() != Measure.Grpc).ToArray() is { Length: > 0 } drifts)
        {
            yield return $"The machine drifted while this was measured, {NodeText.WithoutAny(results)} by: {string.Join("; ", drifts.Select(drift => $"{drift.Subject} {Figures.Change(drift.LastOverFirst)}"))}. Differences of that size between steps may be the machine's. See the baseline below.";
        }
    }
}
