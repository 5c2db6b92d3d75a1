using System.Globalization;
using Plumbline.Cluster;
using Plumbline.Store;

namespace Plumbline.Cli.Cluster;

/// <summary>Prints the progress and the end of `plumbline cleanup --cluster`.</summary>
internal sealed class CleanupOutput : ICleanupWatcher
{
    private int _removed;
    private bool _isRestored;

    /// <summary>Printed on standard error, because it is not part of the result.</summary>
    public void OnWait(LeaseReading held) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{held.Name} holds the cluster; waiting up to {held.Duration.TotalSeconds:F0} s for it to renew its Lease"));

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

    /// <param name="spared">The Lease of the experiment that was left alone. Null when there is none.</param>
    public void WriteEnd(LeaseReading? spared)
    {
        Console.WriteLine(_removed == 0 && !_isRestored
            ? "nothing to remove"
            : $"removed {_removed} {(_removed == 1 ? "namespace" : "namespaces")}");
        if (spared is not null)
        {
            string how = spared.Holder is { } holder
                ? $"to end it, run plumbline cancel {ShortId.Of(holder.ExperimentId)}"
                : "end it first";
            Console.WriteLine($"left alone: {spared.Name} holds the cluster; {how}");
        }
    }
}
