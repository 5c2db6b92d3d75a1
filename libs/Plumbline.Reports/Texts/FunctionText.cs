using System.Globalization;
using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What the function probe was, and what it costs, in sentences.</summary>
public static class FunctionText
{
    /// <summary>How it was attached; why it did not measure; what it adds. Nothing where it was not asked for.</summary>
    public static IEnumerable<string> Of(ExperimentResults results)
    {
        AttemptResult[] counted = [.. results.AcceptedAttempts()];
        string[] attachments = Distinct(counted, conditions => conditions.FunctionAttachment?.WireName());
        if (attachments.Length > 0)
        {
            yield return $"The function probe was attached by {string.Join(" and by ", attachments)}.";
        }

        foreach (string absent in Distinct(results.Attempts, conditions => conditions.FunctionAbsent))
        {
            yield return $"The function probe did not measure: {absent}.";
        }

        foreach (string sentence in new[] { AddedToTheReading(counted), AddedToThePacket(counted), AddedToTheRoundTrip(counted) }.OfType<string>())
        {
            yield return sentence;
        }
    }

    /// <summary>Calls of each function for a packet, as <c>iptables-legacy: 6 calls of ipt_do_table a packet</c>.</summary>
    public static IEnumerable<string> CallsPerPacket(FunctionCallTable table) =>
        from row in table.Rows
        where row.DataPlane != DataPlane.NoRules
        group row by row.DataPlane into dataPlane
        let functions = from row in dataPlane
                        group row by row.Of.Function into function
                        orderby function.Key
                        select $"{Figures.Range(function.GroupBy(row => (row.Services, row.Position)).Select(cell => cell.Sum(row => row.CallsPerPacket)), Count)} calls of {function.Key.WireName()}"
        select $"{dataPlane.Key.WireName()}: {string.Join(", ", functions)} a first packet";

    /// <summary>As <c>1</c>, or <c>1–1.002</c>.</summary>
    public static string Counts(IEnumerable<double> calls) => Figures.Range(calls, Count);

    public static string Count(double calls) => calls.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The readings on empty chains.</summary>
    private static string? AddedToTheReading(AttemptResult[] counted)
    {
        string[] functions =
        [
            .. from attempt in counted
               where attempt.Trial.Cell.DataPlane == DataPlane.NoRules && attempt.Functions is not null
               from call in attempt.Functions!.Calls
               where call.P50Ns is not null
               group call.P50Ns!.Value by call.Of.Function into function
               orderby function.Key
               select $"{Figures.Integer((long)Math.Round(function.Median()))} ns for {function.Key.WireName()}",
        ];
        if (functions.Length > 0 && counted.Any(attempt => attempt.Trial.Node is not null))
        {
            return $"In the baseline a call, on the rules of the cluster's own Services, reads {string.Join(" and ", functions)} (p50).";
        }

        return functions.Length == 0
            ? null
            : $"Added to the reading: a call on an empty chain reads {string.Join(" and ", functions)} (p50, baseline); no call can read less, and each reading holds at most so much that is not rules.";
    }

    /// <summary>What packets took longer, and the programs' runs.</summary>
    private static string? AddedToThePacket(AttemptResult[] counted)
    {
        double[] adds = Adds(counted, Measure.OneWay);
        if (adds.Length == 0)
        {
            return null;
        }

        string programs = "";
        ProgramCost[] costs = [.. counted.Select(attempt => attempt.Conditions.ProgramCost).OfType<ProgramCost>()];
        if (costs.Length > 0)
        {
            IEnumerable<string> each = costs.SelectMany(cost => cost.Programs).GroupBy(program => program.Program)
                .Where(program => program.Any(of => of.Runs > 0))
                .Select(program => $"{program.Key} {Figures.Integer(program.Sum(of => of.RunTimeNs) / program.Sum(of => of.Runs))}");
            programs = $" A run of the programs takes, in ns, by the kernel's accounting, whose own cost is in it: {string.Join(", ", each)}.";
        }

        return $"Added to the packet: with the function probe too, a first packet's way through the node was {Figures.Integer((long)Math.Round(adds.Median()))} ns longer than with the stage probe alone (median of {adds.Length} trials)." + programs;
    }

    private static string? AddedToTheRoundTrip(AttemptResult[] counted)
    {
        double[] adds = Adds(counted, Measure.RoundTrip);
        return adds.Length == 0
            ? null
            : $"A round trip was {Figures.Integer((long)Math.Round(adds.Median()))} ns longer with it (median of {adds.Length} trials; below 0 the difference is less than the noise).";
    }

    private static double[] Adds(AttemptResult[] counted, Measure probe) =>
        [.. counted.Where(attempt => attempt.Trial.Measure == probe).Select(attempt => attempt.Conditions.FunctionAddsNs).OfType<double>()];

    private static string[] Distinct(IEnumerable<AttemptResult> attempts, Func<TrialConditions, string?> of) =>
        [.. attempts.Select(attempt => of(attempt.Conditions)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
