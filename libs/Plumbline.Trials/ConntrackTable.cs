using Plumbline.Linux;

namespace Plumbline.Trials;

/// <summary>How full a node's conntrack table is.</summary>
/// <param name="Max">
/// Most entries that it holds. 0 means no limit, to the kernel too, and is what a node has whose conntrack is not
/// loaded yet.
/// </param>
internal sealed record ConntrackTable(long Count, long Max)
{
    /// <summary>Share of the table that may be in use after a trial.</summary>
    public const double Headroom = 0.9;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(250);

    public bool Fits(int flows) => Max == 0 || Count + flows <= Headroom * Max;

    /// <summary>
    /// Waits up to 45 seconds for entries of earlier trials to expire, when the table has no room for so many flows.
    /// Never deletes an entry.
    /// </summary>
    public static async Task<ConntrackTable> WaitForRoomAsync(NetworkNamespace node, int flows, CancellationToken token)
    {
        long max;
        try
        {
            max = await node.ReadSysctlAsync("net.netfilter.nf_conntrack_max");
        }
        catch (IOException)
        {
            // On a fresh machine nothing has loaded conntrack before the first baseline.
            return new ConntrackTable(0, 0);
        }

        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (true)
        {
            ConntrackTable table = new(await node.ReadSysctlAsync("net.netfilter.nf_conntrack_count"), max);
            bool isHopeless = !new ConntrackTable(0, max).Fits(flows);
            if (table.Fits(flows) || isHopeless || Environment.TickCount64 > deadline)
            {
                return table;
            }

            await Task.Delay(s_poll, token);
        }
    }
}
