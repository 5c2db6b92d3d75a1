using Microsoft.Extensions.Hosting;
using Plumbline.Paths.Lab;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>
/// Holds this machine's lab while the worker lives. Nodes of an earlier life stay, because their experiments go on. The
/// experiments' own commands, which wait in the queue, remove them.
/// </summary>
internal sealed class LabHolder(LabServiceCluster cluster) : IHostedService, IDisposable
{
    private LabLock? _lock;

    /// <exception cref="InvalidOperationException">Another lab runs on this machine.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = LabLock.TryTake()
            ?? throw new InvalidOperationException(
                "another lab is running on this machine; two would disturb each other's measurement");
        return cluster.AdoptAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();
}
