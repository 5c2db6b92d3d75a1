using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>Someone breaks the lab's node while it is measured. The lab makes the node anew.</summary>
[Trait("Category", "Kernel")]
public sealed class Broken_lab_specs : IAsyncLifetime
{
    private const int Services = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await LabNetwork.RemoveAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rules_deleted_during_the_second_trial_are_back_in_every_figure() => await MeasureBrokenAsync(
        node => Tool.RunAsync(
            node,
            "iptables-nft-restore",
            ["--noflush"],
            rules =>
            {
                rules.WriteLine("*nat");
                for (int rule = 0; rule < Services * 9 / 10; rule++)
                {
                    rules.WriteLine("-D KUBE-SERVICES 1");
                }

                rules.WriteLine("COMMIT");
            },
            Token),
        "rules-moved");

    [Fact]
    public async Task Routes_lost_during_the_second_trial_are_back_for_its_last_attempt() => await MeasureBrokenAsync(
        node => Tool.RunAsync(node, "ip", ["link", "set", LabNode.NodeEndpointsDevice, "down"], token: Token),
        "packets-lost");

    private static async Task MeasureBrokenAsync(Func<NetworkNamespace, Task> breakAsync, string flag)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("plumbline.db");
        using PlumblineProcess lab = PlumblineProcess.Start(
            "lab", "--services", $"{Services}", "--data-planes", "iptables-nft", "--positions", "last",
            "--measure", "one-way", "--builds", "1", "--trials", "4", "--packets", "2000", "--rate", "1000",
            "--out", folder.Path);
        while (Count(path, "services > 0") == 0)
        {
            Assert.False(lab.HasExited, lab.Output);
            await Task.Delay(50, Token);
        }

        await breakAsync(new NetworkNamespace(
            LabNetwork.List().Single(name => name.EndsWith("iptables-nft-node", StringComparison.Ordinal))));
        int exitCode = await lab.ExitAsync();

        Assert.True(exitCode == ExitCode.Success, lab.Output);
        Assert.Contains("programmed, made anew", lab.Output, StringComparison.Ordinal);
        Assert.Contains(flag, lab.Output, StringComparison.Ordinal);
        Assert.Equal(4, Count(path, $"accepted = 1 AND services = {Services} AND rules = {Services}"));
        Assert.Equal(0, Count(path, $"accepted = 1 AND services > 0 AND rules <> {Services}"));
        await Leftovers.AssertNoneAsync();
    }

    /// <summary>Attempts in the database; none before it exists.</summary>
    private static int Count(string path, string which)
    {
        try
        {
            using SqliteConnection database = new($"Data Source={path};Mode=ReadOnly");
            return database.ExecuteScalar<int>($"SELECT count(*) FROM trial WHERE {which}");
        }
        catch (SqliteException)
        {
            return 0;
        }
    }
}
