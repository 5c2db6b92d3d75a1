namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// While this object lives, the sender's namespace forwards what pktgen lets its device receive. Before Linux 6.7
/// pktgen keeps each of its packets, so the first receiver has to copy it. The copy must happen here, where nothing
/// is measured, and not in the node.
/// </summary>
internal sealed class PktgenRelay : IDisposable
{
    private readonly Stack<(string File, string Before)> _changed = new();

    /// <summary>Call this and <see cref="Dispose"/> on a thread in the sender's namespace.</summary>
    public PktgenRelay(string device)
    {
        Set("ip_forward", "1");

        // A single source is the namespace's own address, and packets leave by the device that they arrived on.
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
