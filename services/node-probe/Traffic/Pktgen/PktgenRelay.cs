namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// Makes the sender's namespace forward what pktgen lets its device receive, while this object lives. Kernels before
/// 6.7 keep a hand on each of pktgen's packets, so that whoever receives it first has to copy it: that is to be here,
/// where nothing is measured, and not in the node.
/// </summary>
internal sealed class PktgenRelay : IDisposable
{
    private readonly Stack<(string File, string Before)> _changed = new();

    /// <summary>Runs in the sender's namespace, as <see cref="Dispose"/> is to.</summary>
    public PktgenRelay(string device)
    {
        Set("ip_forward", "1");

        // The packets' sources are the namespace's own addresses, and they leave by the device that they came in by.
        Set($"conf/{device}/accept_local", "1");
        Set("conf/all/send_redirects", "0");
        Set($"conf/{device}/send_redirects", "0");
    }

    public void Dispose()
    {
        while (_changed.TryPop(out (string File, string Before) setting))
        {
            File.WriteAllText(setting.File, setting.Before);
        }
    }

    private void Set(string setting, string value)
    {
        string file = "/proc/sys/net/ipv4/" + setting;
        string before = File.ReadAllText(file).Trim();
        if (before != value)
        {
            File.WriteAllText(file, value);
            _changed.Push((file, before));
        }
    }
}
