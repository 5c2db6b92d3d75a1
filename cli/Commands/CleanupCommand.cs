using System.CommandLine;
using System.Globalization;
using Plumbline.Cli.Cluster;
using Plumbline.Cluster;
using Plumbline.Linux;
using Plumbline.Paths.Lab;
using Plumbline.Store;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline cleanup`: removes what a killed lab has left, or what experiments have left in a cluster.</summary>
internal static class CleanupCommand
{
    public static Command Create()
    {
        Option<bool> cluster = new("--cluster") { Description = "In the Kubernetes cluster of your kubeconfig: remove what experiments have left there, but for one that goes on; needs no root." };
        Command command = new("cleanup", "Remove what a killed lab has left. Touches nothing that is not Plumbline's, and no lab that runs.") { cluster };
        command.SetAction((arguments, token) => arguments.GetValue(cluster) ? RunInClusterAsync(token) : RunAsync());
        return command;
    }

    private static async Task<int> RunInClusterAsync(CancellationToken token)
    {
        using ApiServer api = await ClusterAccess.ConnectAsync(token);
        int removed = 0;
        bool isRestored = false;
        try
        {
            LeaseStanding? spared = await new ClusterCleanup(api, new LeaseTerms(), TimeProvider.System).RunAsync(
                $"cleanup-on-{Environment.MachineName}",
                name =>
                {
                    removed++;
                    Console.WriteLine($"removed namespace {name} and all that was in it");
                },
                restored =>
                {
                    isRestored = true;
                    Console.WriteLine(restored);
                },
                token);
            Console.WriteLine(removed == 0 && !isRestored ? "nothing was left" : $"removed {removed} {(removed == 1 ? "namespace" : "namespaces")}");
            if (spared is { IsHeld: true })
            {
                Console.WriteLine(Spared(spared));
            }

            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is ApiException or InvalidOperationException or ClusterRefusedException)
        {
            throw new UserException(ExitCode.Failed, exception.Message);
        }
    }

    private static string Spared(LeaseStanding spared) => string.Create(
        CultureInfo.InvariantCulture,
        $"left alone: {spared.Holder?.ToString() ?? spared.Identity} has the cluster, last heard of {spared.SinceRenewal?.TotalSeconds ?? 0:F0} s ago; {(spared.Holder is { } holder ? $"plumbline cancel {ShortId.Of(holder.ExperimentId)} ends it" : "end it first")}");

    private static async Task<int> RunAsync()
    {
        if (!LinuxUser.IsRoot)
        {
            throw new UserException(ExitCode.CannotRun, "plumbline cleanup needs root: run it with sudo");
        }

        using LabLock labLock = LabLock.TryTake()
            ?? throw new UserException(ExitCode.CannotRun, "a lab is running on this machine; stop it first (it removes what it made)");
        IReadOnlyList<string> removed = await LabNetwork.RemoveAsync();
        foreach (string name in removed)
        {
            Console.WriteLine($"removed network namespace {name}");
        }

        Console.WriteLine(removed.Count == 0 ? "nothing was left" : $"removed {removed.Count} network namespaces and all that was in them");
        return ExitCode.Success;
    }
}
