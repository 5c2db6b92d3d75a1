using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Pipeline.Tests;

namespace Plumbline.Bench;

/// <summary>Memory that the kernel counts as each worker's own and shared pages (VmRSS), with nothing to do.</summary>
internal static partial class Resident
{
    private const string Spec = """{"services": [100, 1000], "dataPlanes": ["nftables"], "trials": 2, "packets": 500}""";

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(CancellationToken token)
    {
        await using RabbitMqServer broker = new();
        using PostgresServer postgres = new();
        await using Pipeline.Tests.Pipeline pipeline = await Pipeline.Tests.Pipeline.StartAsync();
        await Task.Delay(s_rest, token);
        Dictionary<string, double> started = pipeline.Workers.ToDictionary(each => each.Key, each => Megabytes(each.Value));
        await pipeline.WaitForEndAsync(await pipeline.RequestExperimentAsync(Spec));
        await Task.Delay(s_rest, token);

        Console.WriteLine($"{"MB",-16} {"started",8} {"after an experiment",20}");
        foreach ((string name, Worker worker) in pipeline.Workers)
        {
            Console.WriteLine($"{name,-16} {started[name],8:F0} {Megabytes(worker),20:F0}");
        }
    }

    private static double Megabytes(Worker worker) =>
        double.Parse(ResidentLine().Match(File.ReadAllText($"/proc/{worker.ProcessId}/status")).Groups[1].Value, CultureInfo.InvariantCulture) / 1_000 * 1.024;

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex ResidentLine();
}
