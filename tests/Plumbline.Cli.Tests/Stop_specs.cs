using System.Diagnostics;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>Stopping a lab in any way, at any moment, leaves nothing behind.</summary>
[Trait("Category", "Kernel")]
public sealed class Stop_specs : IAsyncLifetime
{
    /// <summary>Chooses moments between the start of the process and the middle of measuring.</summary>
    private static readonly Random s_random = new(20_261_124);

    private static readonly string[] s_lab =
        ["lab", "--services", "300,3000", "--builds", "1", "--trials", "5", "--packets", "1000"];

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await LabNetwork.RemoveAsync();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string, int> Moments(string[] signals, int each)
    {
        TheoryData<string, int> data = [];
        foreach (string signal in signals)
        {
            for (int i = 0; i < each; i++)
            {
                data.Add(signal, s_random.Next(900, 9_000));
            }
        }

        return data;
    }

    public static TheoryData<string, int> Stops => Moments(["INT", "TERM", "HUP"], 3);

    public static TheoryData<string, int> Kills => Moments(["KILL"], 6);

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task A_signal_at_a_random_moment_leaves_nothing(string signal, int milliseconds)
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.Start([.. s_lab, "--out", folder.Path]);
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);

        await lab.SignalAsync(signal);
        int exitCode = await lab.ExitAsync();

        // Before the lab starts, a signal ends the process. There is nothing to remove yet.
        Assert.True(exitCode is ExitCode.Cancelled or 129 or 143, $"{exitCode}: {lab.Output}");
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task Two_signals_stop_at_once_and_leave_nothing()
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.Start([.. s_lab, "--out", folder.Path]);
        Assert.True(await lab.PrintedAsync("step 2/4"), lab.Output);

        await lab.SignalAsync("INT");
        await lab.SignalAsync("INT");

        Assert.Equal(ExitCode.Cancelled, await lab.ExitAsync());
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task Closing_the_terminal_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        string lab = string.Join(
            ' ', [PlumblineProcess.Which("dotnet"), PlumblineProcess.Program, .. s_lab, "--out", folder.Path]);
        ProcessStartInfo start = new("script", ["-q", "-c", lab, "/dev/null"]) { RedirectStandardOutput = true };
        using Process terminal = Process.Start(start)!;
        while (!LabNetwork.List().Any(name => name.EndsWith("nftables-node", StringComparison.Ordinal)))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        terminal.Kill();

        for (int attempt = 0; attempt < 200 && LabNetwork.List().Count > 0; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await Leftovers.AssertNoneAsync();
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Cleanup_removes_the_leftovers_of_a_killed_lab(string signal, int milliseconds)
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.Start([.. s_lab, "--out", folder.Path]);
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
        await lab.SignalAsync(signal);
        await lab.ExitAsync();

        (int exitCode, string output) = await PlumblineProcess.RunAsync("cleanup");

        Assert.True(exitCode == ExitCode.Success, output);
        await Leftovers.AssertNoneAsync();
        Assert.Empty(Leftovers.ToolProcesses());
    }

    [Fact]
    public async Task The_next_lab_removes_the_leftovers_of_a_killed_one()
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess killed = PlumblineProcess.Start([.. s_lab, "--out", folder.Path]);
        Assert.True(await killed.PrintedAsync("step 2/4"), killed.Output);
        await killed.SignalAsync("KILL");
        await killed.ExitAsync();
        Assert.NotEmpty(LabNetwork.List());

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "10", "--data-planes", "nftables", "--builds", "1", "--trials", "1",
            "--packets", "100", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("network namespaces of an earlier lab", output, StringComparison.Ordinal);
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task A_failing_experiment_says_why_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.Start([.. s_lab, "--out", folder.Path]);
        Assert.True(await lab.PrintedAsync("step 2/4"), lab.Output);

        // Another program deletes the measured node.
        string node = LabNetwork.List().First(name => name.EndsWith("nftables-node", StringComparison.Ordinal));
        await Linux.Tool.RunAsync(
            Linux.NetworkNamespace.Own, "ip", ["netns", "delete", node], token: TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, await lab.ExitAsync());
        Assert.Contains(node, lab.Output, StringComparison.Ordinal);
        await Leftovers.AssertNoneAsync();
    }
}
