using System.Globalization;
using Plumbline.Cluster;
using Plumbline.Store;

namespace Plumbline.Cli.Cluster;

/// <summary>What `plumbline cleanup --cluster` prints.</summary>
internal sealed class CleanupOutput : ICleanupWatcher
{
    private int _removed;
    private bool _isRestored;

    /// <summary>On standard error: it is not part of the result.</summary>
    public void OnWait(LeaseReading held) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{held.Name} has the cluster: waiting up to {held.Duration.TotalSeconds:F0} s ")
        + "to see whether it renews its Lease");

    public void OnRemoved(string namespaceName)
    {
        _removed++;
        Console.WriteLine($"removed namespace {namespaceName} and everything in it");
    }

    public void OnRestored(KubeProxyRestoration restoration)
    {
        _isRestored = true;
        Console.WriteLine(restoration);
    }

    /// <param name="spared">The Lease of the experiment that was left alone; null when there is none.</param>
    public void WriteEnd(LeaseReading? spared)
    {
        Console.WriteLine(_removed == 0 && !_isRestored
            ? "nothing was left"
            : $"removed {_removed} {(_removed == 1 ? "namespace" : "namespaces")}");
        if (spared is not null)
        {
            string how = spared.Holder is { } holder
                ? $"to end it, run plumbline cancel {ShortId.Of(holder.ExperimentId)}"
                : "end it first";
            Console.WriteLine($"left alone: {spared.Name} has the cluster; {how}");
        }
    }
}
