using System.Diagnostics;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// Measures how many histograms a second the aggregator's store writes to a durable PostgreSQL (fsync on). Each trial
/// is a transaction with three histograms, as in the pipeline. A histogram is one stage's row and its buckets.
/// </summary>
internal static class AggregatorThroughput
{
    private const int Rounds = 5;
    private const int TrialsOfRound = 600;
    private const int HistogramsOfTrial = 3;

    public static async Task RunAsync(CancellationToken token)
    {
        using PostgresServer server = new() { IsDurable = true };
        using PostgresTestDatabase database = PostgresServer.CreateDatabase();
        using ResultsStore store = ResultsStore.OpenPostgres(database.ConnectionString);
        long[] latencies = [.. Messages.Around(12_000)];
        double buckets = new Messages().Trial(0, 0, Planes.Nftables, 100, Position.Last, latencies)
            .Histograms.Average(each => each.Buckets.Count);
        await WriteAsync(store, latencies, 1, token);

        foreach (int connections in (int[])[1, 2])
        {
            List<double> rates = [];
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                await WriteAsync(store, latencies, connections, token);
                rates.Add(TrialsOfRound * HistogramsOfTrial / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            string all = string.Join(", ", rates.Select(rate => $"{rate:N0}"));
            Console.WriteLine(
                $"{connections} connection(s): {rates.Max():N0} histograms/s at best of {Rounds} rounds ({all}), "
                + $"{buckets:F0} buckets each");
        }
    }

    private static Task WriteAsync(ResultsStore store, long[] latencies, int connections, CancellationToken token)
    {
        Messages messages = new();
        TrialMeasured first = messages.Trial(0, 0, Planes.Nftables, 100, Position.Last, latencies);
        return Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(
            () =>
            {
                for (int trial = connection; trial < TrialsOfRound; trial += connections)
                {
                    token.ThrowIfCancellationRequested();
                    store.RecordTrial(
                        first with { Trial = first.Trial with { Key = first.Trial.Key with { Trial = trial } } });
                }
            },
            token)));
    }
}
