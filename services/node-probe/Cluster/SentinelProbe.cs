using System.Net;
using System.Net.Sockets;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Cluster;

/// <summary>
/// Sees whether a Service is translated yet, as a pod would: an endpoint behind it answers. A rule that is listed is in the kernel, but the
/// chain that it leads to need not be there before.
/// </summary>
internal static class SentinelProbe
{
    public const char Role = 's';

    /// <summary>Longer than a SYN is waited for before it is sent again.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static async Task<bool> IsAnsweredAsync(NetworkNamespace node, Guid experimentId, MeasuredNode place, ServiceAddress service, CancellationToken token)
    {
        PodEntry entry = new(experimentId, place.Name, Role, SourcePrefix.Parse(place.SourcePrefix));
        await entry.CreateAsync(node, token);
        try
        {
            return await IsAnsweredAsync(entry.Pod, service, token);
        }
        finally
        {
            await entry.RemoveAsync(node);
        }
    }

    private static async Task<bool> IsAnsweredAsync(NetworkNamespace pod, ServiceAddress service, CancellationToken token)
    {
        IPEndPoint target = new(IPAddress.Parse(service.Ip), service.Port);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_patience);
        try
        {
            if (service.Protocol == ServiceProtocol.Tcp)
            {
                using Socket tcp = await pod.RunAsync(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await tcp.ConnectAsync(target, patience.Token);
                return true;
            }

            using Socket udp = await pod.RunAsync(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            await udp.ConnectAsync(target, patience.Token);
            await udp.SendAsync(new byte[1], patience.Token);
            return await udp.ReceiveAsync(new byte[1], patience.Token) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return false;
        }
    }
}
