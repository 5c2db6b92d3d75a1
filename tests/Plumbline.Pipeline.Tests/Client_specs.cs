using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Store;
using Plumbline.Store.Storage;

namespace Plumbline.Pipeline.Tests;

/// <summary>A client in another language needs only docs/pipeline.md.</summary>
[Trait("Category", "Kernel")]
public sealed class Client_specs(PipelineFixture fixture) : IClassFixture<PipelineFixture>
{
    private const int Trials = (1 + 2) * 2 * 2;

    private const string Experiment =
        """
        {"name": "from Python", "services": [20], "dataPlanes": ["nftables"], "positions": ["first"],
         "builds": 1, "trials": 2, "packets": 200}
        """;

    [Fact]
    public async Task The_documented_Python_requests_an_experiment_and_the_documented_SQL_reads_its_figures()
    {
        string python = await FindPythonAsync();
        Pipeline pipeline = await fixture.GetAsync();

        string[] printed = await RunAsync(python, pipeline, Experiment);

        JsonElement answer = JsonSerializer.Deserialize<JsonElement>(printed[0]);
        Assert.True(answer.GetProperty("accepted").GetBoolean(), printed[0]);
        Guid id = answer.GetProperty("experimentId").GetGuid();
        await pipeline.AssertCompleteAsync(id, Trials);
        Median[] read = JsonSerializer.Deserialize<Median[]>(printed[1], s_json)!;
        Assert.Equal(Figures(pipeline.Load(id)), read.OrderBy(median => median.DataPlane).Select(Rounded));
    }

    [Fact]
    public async Task The_documented_Python_learns_which_field_is_wrong()
    {
        string python = await FindPythonAsync();
        Pipeline pipeline = await fixture.GetAsync();

        string[] printed = await RunAsync(python, pipeline, """{"nonsense": 1}""");

        JsonElement error = JsonSerializer.Deserialize<JsonElement>(Assert.Single(printed)).GetProperty("errors")[0];
        Assert.Equal("nonsense", error.GetProperty("field").GetString());
    }

    private static readonly JsonSerializerOptions s_json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// The documented meaning of the SQL: the reports' figures, and all trials of a baseline together.
    /// </summary>
    private static Median[] Figures(ExperimentResults results)
    {
        ComparisonCell cell =
            ComparisonTable.Of(results).Cells.Single(each => each.Stage == Stage.Prerouting);
        double[] baseline =
        [
            .. from attempt in results.AcceptedAttempts()
               where attempt.Trial.Cell.IsBaseline
               let p50 = attempt.Latency(Stage.Prerouting)?.P50Ns
               where p50 is not null
               orderby p50.Value
               select p50.Value,
        ];
        return
        [
            Rounded(new("nftables", "first", cell.Cell.Services, cell.P50!.Trials, cell.P50.Ns)),
            Rounded(new("no-rules", "none", 0, baseline.Length, MedianOf(baseline))),
        ];
    }

    private static Median Rounded(Median median) => median with { P50Ns = Math.Round(median.P50Ns, 6) };

    private static double MedianOf(double[] sorted) =>
        (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static async Task<string> FindPythonAsync()
    {
        foreach (string python in (string[])["python3", "/usr/bin/python3"])
        {
            using Process process =
                Process.Start(new ProcessStartInfo(python, ["-c", "import pika"]) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            if (process.ExitCode == 0)
            {
                return python;
            }
        }

        Assert.Skip("there is no pika for Python: install the package python3-pika");
        return "";
    }

    /// <summary>Lines that the client printed.</summary>
    private static async Task<string[]> RunAsync(string python, Pipeline pipeline, string spec)
    {
        NpgsqlConnectionStringBuilder database = new(pipeline.ConnectionString);
        ProcessStartInfo start = new(python,
        [
            Repository.File("tests/Plumbline.Pipeline.Tests/client.py"), Repository.File("docs/pipeline.md"),
            pipeline.Broker.Host, $"{pipeline.Broker.Port}", pipeline.VirtualHost, spec,
            $"host={database.Host} port={database.Port} user={database.Username} dbname={database.Database}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (database.Password is { } password)
        {
            start.Environment["PGPASSWORD"] = password;
        }

        using Process client = Process.Start(start)!;
        Task<string> errors = client.StandardError.ReadToEndAsync();
        string printed = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        Assert.True(client.ExitCode == 0, $"{await errors}\n{pipeline.Logs()}");
        return printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed record Median(string DataPlane, string Position, int Services, int Trials, double P50Ns);
}
