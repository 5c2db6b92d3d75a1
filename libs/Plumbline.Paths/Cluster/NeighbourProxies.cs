using Plumbline.DataPlanes;
using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// Where pods of a node share a bridge, they look for each other's addresses on it by ARP. The entry's source addresses
/// are behind the node, so there the node answers for them. Each such neighbour entry has the worker's role as its
/// protocol number, by which it is found again.
/// <para>
/// The kernel would hold an answer back for a random time of up to the device's proxy_delay, 0.8 s, and all that a pod
/// has for the address with it. So proxy_delay is 0 meanwhile: see <see cref="ProxyDelay"/>.
/// </para>
/// </summary>
internal static class NeighbourProxies
{
    /// <summary>All changes on a node are made one after the other, whichever worker makes them.</summary>
    private const string LockName = "plumbline-neighbour-proxies";

    /// <summary>Does nothing where no device of the node has those addresses on its link.</summary>
    public static async Task AddAsync(
        NetworkNamespace node, EntryName entry, SourcePrefix sources, CancellationToken token)
    {
        using NamespaceLock locked = await NamespaceLock.TakeAsync(node, LockName, token);
        foreach (IpLink device in (await IpLink.ListAsync(node, token)).Where(each => HasOnLink(each, sources)))
        {
            string where = $"dev {device.Name} protocol {Protocol(entry.Role)}";
            IEnumerable<string> lines = Enumerable.Range(0, sources.Count)
                .Select(number => $"neighbour replace proxy {sources.First.Plus(number)} {where}");
            await IpBatch.RunAsync(node, lines, token);
            await ProxyDelay.SuspendAsync(node, device, entry, token);
        }
    }

    /// <summary>Removes the entry's neighbours and gives devices that no other entry uses their delay back.</summary>
    public static Task RemoveAsync(NetworkNamespace node, EntryName entry, SourcePrefix sources) => RemoveAsync(
        node, entry.Role, user => user == entry, proxy => sources.Contains(IpAddress.Parse(proxy.Address)));

    /// <summary>The same for all entries of a role.</summary>
    public static Task SweepAsync(NetworkNamespace node, char role) =>
        RemoveAsync(node, role, user => user.Role == role, _ => true);

    private static async Task RemoveAsync(
        NetworkNamespace node, char role, Func<EntryName, bool> isLeaving, Func<IpProxy, bool> isLeft)
    {
        using NamespaceLock locked = await NamespaceLock.TakeAsync(node, LockName, CancellationToken.None);
        foreach (IpLink device in await IpLink.ListAsync(node))
        {
            await ProxyDelay.ResumeAsync(node, device, isLeaving);
        }

        IReadOnlyList<IpProxy> proxies = await IpProxy.ListAsync(node);
        IpProxy[] ours = [.. proxies.Where(each => each.Protocol == Protocol(role) && isLeft(each))];
        if (ours.Length > 0)
        {
            IEnumerable<string> lines = ours.Select(each => $"neighbour delete proxy {each.Address} dev {each.Device}");
            await IpBatch.RunAsync(node, lines, CancellationToken.None);
        }
    }

    private static string Protocol(char role) => $"{(int)role}";

    private static bool HasOnLink(IpLink device, SourcePrefix sources) => device.Addresses
        .Where(each => each.Family == "inet" && each.Length < sources.Length)
        .Any(each => sources.IsWithin(IpAddress.Parse(each.Address), each.Length));
}
