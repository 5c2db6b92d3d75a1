using System.Globalization;
using MathNet.Numerics.Statistics;

namespace Plumbline.Reports.Texts;

/// <summary>How the function probe measured, and what it costs, in sentences.</summary>
public static class FunctionText
{
    /// <summary>How it was attached, why it did not measure, what it adds. Empty where it was not asked for.</summary>
    public static IEnumerable<string> Of(ExperimentResults results)
    {
        AttemptResult[] counted = [.. results.AcceptedAttempts()];
        string[] attachments = Distinct(counted, report => report.Attachment);
        if (attachments.Length > 0)
        {
            yield return $"The function probe was attached by {string.Join(" and by ", attachments)}.";
        }

        foreach (string absent in Distinct(results.Attempts, report => report.Absent))
        {
            yield return $"The function probe did not measure: {absent}.";
        }

        string?[] added = [AddedToTheReading(counted), AddedToThePacket(counted), AddedToTheRoundTrip(counted)];
        foreach (string sentence in added.OfType<string>())
        {
            yield return sentence;
        }
    }

    /// <summary>As <c>iptables-legacy: 6 calls of ipt_do_table a first packet</c>, for each data plane.</summary>
    public static IEnumerable<string> CallsPerPacket(FunctionCallTable table) =>
        from row in table.Rows
        where !row.Cell.IsBaseline
        group row by row.Cell.Column().Without(Axes.Position) into plane
        let functions = from row in plane
                        group row by row.Of.Function into function
                        orderby function.Key
                        let calls = function.GroupBy(row => row.Cell, row => row.CallsPerPacket)
                        select $"{Counts(calls.Select(Enumerable.Sum))} calls of {function.Key.WireName()}"
        select $"{CellText.Column(plane.Key)}: {string.Join(", ", functions)} a first packet";

    /// <summary>As <c>1</c>, or <c>1–1.002</c>.</summary>
    public static string Counts(IEnumerable<double> calls) => Figures.Range(calls, Count);

    public static string Count(double calls) => calls.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The readings on empty chains.</summary>
    private static string? AddedToTheReading(AttemptResult[] counted)
    {
        string[] functions =
        [
            .. from attempt in counted
               where attempt.Trial.Cell.IsBaseline
               from call in attempt.Probe(Timing.Function)?.Details ?? []
               where call.P50Ns is not null && RuleChain.TryParse(call.Name, out _)
               group call.P50Ns!.Value by FunctionOf(call) into function
               orderby function.Key
               select $"{Figures.Rounded(function.Median())} ns for {function.Key.WireName()}",
        ];
        if (functions.Length == 0)
        {
            return null;
        }

        string readings = string.Join(" and ", functions);
        return counted.Any(attempt => attempt.Trial.Node is not null)
            ? $"In the baseline a call, on the rules of the cluster's own Services, reads {readings} (p50)."
            : $"Added to the reading: a call on an empty chain reads {readings} (p50, baseline). "
                + "No call can read less, and each reading contains at most this much that is not rules.";
    }

    /// <summary>How much longer packets took, and the programs' runs.</summary>
    private static string? AddedToThePacket(AttemptResult[] counted)
    {
        double[] adds = Adds(counted, Measure.OneWay);
        if (adds.Length == 0)
        {
            return null;
        }

        string[] programs =
        [
            .. from report in Reports(counted)
               from program in report.Cost?.Programs ?? []
               group program by program.Program into runs
               let count = runs.Sum(each => each.Runs)
               where count > 0
               select $"{runs.Key} {Figures.Integer(runs.Sum(each => each.RunTimeNs) / count)}",
        ];
        return "Added to the packet: with the function probe too, a first packet's way through the node was "
            + $"{Figures.Rounded(adds.Median())} ns longer than with the stage probe alone "
            + $"(median of {adds.Length} trials)."
            + (programs.Length == 0
                ? ""
                : " A run of the programs takes, in ns, by the kernel's accounting, which includes its own cost: "
                    + $"{string.Join(", ", programs)}.");
    }

    private static string? AddedToTheRoundTrip(AttemptResult[] counted)
    {
        double[] adds = Adds(counted, Measure.RoundTrip);
        return adds.Length == 0
            ? null
            : $"A round trip was {Figures.Rounded(adds.Median())} ns longer with it (median of {adds.Length} trials; "
                + "below 0 the difference is less than the noise).";
    }

    private static double[] Adds(AttemptResult[] counted, Measure measure) =>
        [.. Reports(counted.Where(each => each.Trial.Measure == measure)).Select(each => each.AddsNs).OfType<double>()];

    private static IEnumerable<KernelProbeReport> Reports(IEnumerable<AttemptResult> attempts) =>
        attempts.Select(attempt => attempt.Probe(Timing.Function)?.Report).OfType<KernelProbeReport>();

    private static string[] Distinct(IEnumerable<AttemptResult> attempts, Func<KernelProbeReport, string?> of) =>
        [.. Reports(attempts).Select(of).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static RuleFunction FunctionOf(MeasuredLatency call) =>
        RuleChain.TryParse(call.Name, out RuleChain chain) ? chain.Function : default;
}
