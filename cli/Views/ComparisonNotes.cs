using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports;
using Plumbline.Reports.Texts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>Says below the tables what was not measured, and what cannot be trusted.</summary>
internal static class ComparisonNotes
{
    public static void Write(IAnsiConsole console, ExperimentResults results, ComparisonTable table)
    {
        if (results.Summary.State != RecordedState.Completed)
        {
            console.WriteLine(
                ($"This experiment is {results.Summary.State.WireName()}: not all of the plan was measured. "
                + results.Summary.Reason).TrimEnd());
        }

        int flagged = results.FlaggedAttempts().Count();
        int givenUp = results.GivenUpTrials().Count();
        console.WriteLine(flagged == 0
            ? "No trial was flagged."
            : $"{flagged} attempts were flagged and are in no figure; {givenUp} trials were flagged at their last "
                + "attempt too.");
        if (NoiseText.Summary(results) is { } noise)
        {
            console.WriteLine(noise);
        }

        if (NoiseText.Slowness(results) is { } slowness)
        {
            console.WriteLine(slowness);
        }

        if (RerunText.Summary(results) is { } reruns)
        {
            console.WriteLine(reruns);
        }

        string[] measured =
        [
            .. Measured(Measure.OneWay, Stage.Prerouting, "first packets"),
            .. Measured(Measure.OneWay, Stage.RuleFunctions, "first packets by function"),
            .. Measured(Measure.RoundTrip, Stage.RoundTrip, "round trips"),
            .. Measured(Measure.Grpc, Stage.GrpcTotal, "requests"),
        ];
        string all = measured.Length == 0 ? "Nothing was" : string.Join(", ", measured);
        console.WriteLine($"{all} measured; seed {results.Summary.Spec.Seed}. The HTML report has the conditions.");

        IEnumerable<string> Measured(Measure measure, Stage stage, string what)
        {
            long samples = table.Cells.Where(cell => cell.Stage == stage).Sum(cell => cell.Samples);
            return table.Stages(measure).Contains(stage) ? [$"{Figures.Integer(samples)} {what}"] : [];
        }
    }
}
