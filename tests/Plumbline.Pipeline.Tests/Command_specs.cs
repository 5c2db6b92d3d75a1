using System.Diagnostics;
using Plumbline.Paths.Lab;
using Plumbline.Store;

namespace Plumbline.Pipeline.Tests;

/// <summary>The command line with the workers, as a user runs it.</summary>
[Trait("Category", "Kernel")]
public sealed class Command_specs(PipelineFixture fixture) : IClassFixture<PipelineFixture>
{
    /// <summary>A low rate, so that a busy machine keeps up and gives up no trial.</summary>
    private static readonly string[] s_small =
    [
        "--services", "20", "--data-planes", "nftables", "--positions", "last", "--builds", "1", "--trials", "2",
        "--packets", "200",
        "--warmup-packets", "20", "--rate", "100", "--measure", "one-way",
    ];

    [Fact]
    public async Task Run_shows_a_report_and_rerun_adds_to_it()
    {
        Pipeline pipeline = await fixture.GetAsync();
        using TemporaryFolder folder = new();

        (int code, string printed) = await PlumblineAsync(pipeline, ["run", .. s_small, "--out", folder.Path]);

        Assert.True(code == 0, printed);
        Guid id = Guid.Parse(printed.Split('\n')[0]);
        Assert.True(printed.Contains("first packets measured", StringComparison.Ordinal), printed);
        Assert.NotEmpty(Directory.GetFiles(folder.Path, "*.html"));
        Assert.Equal(6, pipeline.Load(id).AcceptedAttempts().Count());

        (code, printed) = await PlumblineAsync(
            pipeline, ["rerun", id.ToString("N")[..10], "--step", "1", "--stage", "one-way", "--out", folder.Path]);

        Assert.True(code == 0, printed);
        Assert.Single(pipeline.Load(id).Reruns);
        Assert.Contains("Measured again after the experiment: step 1 one-way", printed, StringComparison.Ordinal);

        (code, printed) = await PlumblineAsync(pipeline, ["status"]);
        Assert.Equal(0, code);
        Assert.Contains(id.ToString("N")[..8], printed, StringComparison.Ordinal);

        (code, printed) = await PlumblineAsync(pipeline, ["report", id.ToString(), "--postgres", "--format", "table"]);
        Assert.Equal(0, code);
        Assert.Contains("nftables", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_can_start_late_and_cancel_removes_everything()
    {
        Pipeline pipeline = await fixture.GetAsync();
        (int code, string printed) = await PlumblineAsync(
            pipeline,
            [
                "run", "--detach", "--services", "20", "--data-planes", "nftables", "--positions", "last",
                "--builds", "1", "--trials", "200", "--measure", "one-way",
            ]);
        Assert.True(code == 0, printed);
        string id = printed.Trim();
        await pipeline.WaitForTrialsAsync(Guid.Parse(id), 5);
        Task<(int Code, string Printed)> watching = PlumblineAsync(pipeline, ["watch", id[..8]]);

        (code, printed) = await PlumblineAsync(pipeline, ["cancel", id[..8]]);

        Assert.True(code == 0, printed);
        Assert.Empty(LabNetwork.List());
        Assert.Equal("cancelled", await pipeline.WaitForEndAsync(Guid.Parse(id)));
        (code, printed) = await watching;
        Assert.True(code == 130, printed);
        Assert.Equal(RecordedState.Cancelled, pipeline.Load(Guid.Parse(id)).Summary.State);
    }

    private static async Task<(int Code, string Printed)> PlumblineAsync(Pipeline pipeline, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Worker.OutputOf("Cli", "plumbline.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in pipeline.Settings)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
