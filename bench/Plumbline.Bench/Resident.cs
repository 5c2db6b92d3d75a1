using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Pipeline.Tests;

namespace Plumbline.Bench;

/// <summary>
/// Measures the memory of each idle worker: all of it (VmRSS), and its own part (RssAnon). The rest is files that the
/// workers share, such as the runtime's.
/// </summary>
internal static class Resident
{
    private const string Spec =
        """{"services": [100, 1000], "dataPlanes": ["nftables"], "builds": 1, "trials": 2, "packets": 500}""";

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(CancellationToken token)
    {
        // As in the images. Only the service scaler's image differs: it passes its environment to the echo worker.
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)
            [("DOTNET_EnableDiagnostics", "0"), ("DOTNET_GCgen0size", "0x100000"), ("MALLOC_ARENA_MAX", "2")])
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        await using RabbitMqServer broker = new();
        using PostgresServer postgres = new();
        await using Pipeline.Tests.Pipeline pipeline = await Pipeline.Tests.Pipeline.StartAsync();
        await Task.Delay(s_rest, token);
        Dictionary<string, (double All, double Own)> started = pipeline.Workers.ToDictionary(
            each => each.Key, each => Megabytes(each.Value));
        await pipeline.WaitForEndAsync(await pipeline.RequestExperimentAsync(Spec));
        await Task.Delay(s_rest, token);

        Console.WriteLine($"{"MB",-16} {"started",8} {"its own",8} {"after an experiment",20} {"its own",8}");
        foreach ((string name, Worker worker) in pipeline.Workers)
        {
            (double all, double own) = Megabytes(worker);
            Console.WriteLine($"{name,-16} {started[name].All,8:F0} {started[name].Own,8:F0} {all,20:F0} {own,8:F0}");
        }
    }

    private static (double All, double Own) Megabytes(Worker worker)
    {
        string status = File.ReadAllText($"/proc/{worker.ProcessId}/status");
        return (Of("VmRSS"), Of("RssAnon"));

        double Of(string line) => double.Parse(
            Regex.Match(status, $@"{line}:\s+(\d+) kB").Groups[1].Value, CultureInfo.InvariantCulture) * 1_024 / 1e6;
    }
}
