using System.Globalization;
using Plumbline.Analysis;
using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// Whether trials that were disturbed on purpose are flagged, and whether the figures stay. bench/noise disturbs.
/// </summary>
internal static class PlantedNoise
{
    /// <param name="quiet">A results file of the machine as it is.</param>
    /// <param name="disturbed">One of the same plan while the machine was disturbed.</param>
    /// <param name="times">A file with a line for each disturbance: kind, begin and end in Unix ms.</param>
    public static void Judge(string quiet, string disturbed, string times)
    {
        (ExperimentResults calm, ExperimentResults noisy) = (Rerun.Load(quiet)[^1], Rerun.Load(disturbed)[^1]);
        AttemptResult[] attempts = [.. noisy.Attempts];
        var disturbances =
            from line in File.ReadLines(times)
            let words = line.Split(' ')
            select (
                Kind: words[0],
                Begin: long.Parse(words[1], CultureInfo.InvariantCulture),
                End: long.Parse(words[2], CultureInfo.InvariantCulture));
        foreach (var kind in disturbances.GroupBy(each => each.Kind))
        {
            AttemptResult[] met =
                [.. attempts.Where(attempt => kind.Any(each => Meets(attempt, each.Begin, each.End)))];
            int flagged = met.Count(attempt => attempt.Flags.Count > 0);
            Console.WriteLine($"{kind.Key}: met {met.Length} attempts, of which {flagged} were flagged");
        }

        Console.WriteLine(
            $"{attempts.Count(attempt => attempt.Flags.Count > 0)} of {attempts.Length} attempts were flagged");
        foreach (CellComparison cell in ExperimentComparison.Of(calm, noisy).Cells)
        {
            foreach (StatisticComparison each in Rerun.Statistics.Select(cell.By).OfType<StatisticComparison>())
            {
                Console.WriteLine($"{cell.Of}: {each.Statistic.Name()} {Rerun.Times(each.Ratio)} the quiet one");
            }
        }
    }

    private static bool Meets(AttemptResult attempt, long begin, long end)
    {
        long start = attempt.Conditions.StartedAt.ToUnixTimeMilliseconds();
        return start < end && start + attempt.Conditions.DurationNs / 1_000_000 > begin;
    }
}
