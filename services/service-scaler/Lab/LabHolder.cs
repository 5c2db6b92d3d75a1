using Microsoft.Extensions.Hosting;
using Plumbline.Paths.Lab;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>
/// Holds this machine's lab for as long as the worker lives. What an earlier life has made stays: its experiments go on where
/// they were, and what they leave is removed by their own commands, which wait in the queue.
/// </summary>
internal sealed class LabHolder(LabServiceCluster cluster) : IHostedService, IDisposable
{
    private LabLock? _lock;

    /// <exception cref="InvalidOperationException">Another lab runs on this machine.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = LabLock.TryTake()
            ?? throw new InvalidOperationException("another lab is running on this machine; two would disturb each other's measurement");
        return cluster.AdoptAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();
}
