using System.CommandLine;
using Plumbline.Cli.Cluster;
using Plumbline.Cluster;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline cleanup`: removes what a killed lab left here, or what experiments left in a cluster.</summary>
internal static class CleanupCommand
{
    public static Command Create()
    {
        Option<bool> cluster = new("--cluster")
        {
            Description = "Remove leftovers of experiments from your kubeconfig's cluster instead. Leaves a running "
                + "experiment alone. Needs no root.",
        };
        Command command = new(
            "cleanup",
            "Remove leftovers of a killed lab. Leaves a running lab, and everything that is not Plumbline's, alone.")
        {
            cluster,
        };
        command.SetAction((arguments, token) => arguments.GetValue(cluster) ? RunInClusterAsync(token) : RunAsync());
        return command;
    }

    private static async Task<int> RunInClusterAsync(CancellationToken token)
    {
        using ApiServer api = await ClusterAccess.ConnectAsync(token);
        ClusterLease lease = new(api, new LeaseTerms(), TimeProvider.System);
        CleanupOutput output = new();
        try
        {
            Leftovers leftovers = new(new ExperimentNamespace(api), new KubeProxySwitch(api), lease);
            LeaseReading? spared = await new ClusterCleanup(leftovers, lease)
                .RunAsync($"cleanup-on-{Environment.MachineName}", output, token);
            output.WriteEnd(spared);
            return ExitCode.Success;
        }
        catch (Exception exception)
            when (exception is ApiException or InvalidOperationException or ClusterRefusedException)
        {
            throw new UserException(ExitCode.Failed, exception.Message);
        }
    }

    private static async Task<int> RunAsync()
    {
        if (!LinuxUser.IsRoot)
        {
            throw new UserException(ExitCode.CannotRun, "plumbline cleanup needs root: run it with sudo");
        }

        using LabLock labLock = LabLock.TryTake()
            ?? throw new UserException(
                ExitCode.CannotRun, "a lab is running on this machine; stop it, and it removes what it created");
        IReadOnlyList<string> removed = await LabNetwork.RemoveAsync();
        foreach (string name in removed)
        {
            Console.WriteLine($"removed network namespace {name}");
        }

        Console.WriteLine(
            removed.Count == 0
                ? "nothing to remove"
                : $"removed {removed.Count} network namespaces and everything in them");
        return ExitCode.Success;
    }
}
