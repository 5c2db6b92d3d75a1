using System.Runtime.ExceptionServices;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Removes an experiment's namespace, restores kube-proxy and gives the cluster back. Each is tried even when another
/// fails. The experiment is over all the same: the next one that takes the cluster removes what is left.
/// </summary>
public sealed class ExperimentRemoval(
    NamespaceRemoval namespaces, KubeProxyReturn kubeProxy, LeaseKeeper lease, ProgressReports reports)
{
    /// <exception cref="InvalidOperationException">More than one part failed; the message has all reasons.</exception>
    public Task RunAsync(RemoveServices remove, CancellationToken token)
    {
        RemovalProgress progress = new() { ExperimentId = remove.ExperimentId, Run = remove.Run };
        return reports.DuringAsync(report => RunAsync(progress, report, token), token);
    }

    private async Task RunAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        List<Exception> failures = [];
        foreach (Func<Task> each in (Func<Task>[])
        [
            () => namespaces.RunAsync(progress, report, token),
            () => kubeProxy.RunAsync(progress, report, token),
            () => lease.ReleaseAsync(progress.ExperimentId, token),
        ])
        {
            try
            {
                await each();
            }
            catch (Exception exception) when (!token.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }

        switch (failures)
        {
            case [var only]:
                ExceptionDispatchInfo.Throw(only);
                break;
            case [_, ..]:
                throw new InvalidOperationException(
                    string.Join("; ", failures.Select(each => each.Message)), failures[0]);
        }
    }
}
