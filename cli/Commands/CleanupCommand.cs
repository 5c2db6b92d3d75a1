using System.CommandLine;
using Plumbline.Cli.Cluster;
using Plumbline.Cluster;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

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
        catch (Exception exception) when (exception is ApiException or InvalidOperationException or ClusterRefusedException)
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
