using System.Net;
using System.Net.Sockets;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Cluster;

/// <summary>
/// Checks from a pod's place whether an endpoint answers behind a Service. A rule can be in the kernel before the
/// chain that it jumps to works.
/// </summary>
internal static class SentinelCheck
{
    public const char Role = 's';

    /// <summary>Long enough for the kernel to repeat a lost SYN, which it does after one second.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static async Task<bool> IsAnsweredAsync(
        NetworkNamespace node,
        Guid experimentId,
        MeasuredNode measured,
        ServiceAddress service,
        CancellationToken token)
    {
        PodEntry entry = new(experimentId, measured.Name, Role, SourcePrefix.Parse(measured.SourcePrefix));
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

    private static async Task<bool> IsAnsweredAsync(
        NetworkNamespace pod, ServiceAddress service, CancellationToken token)
    {
        IPEndPoint target = new(IPAddress.Parse(service.Ip), service.Port);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_patience);
        try
        {
            if (service.Protocol == ServiceProtocol.Tcp)
            {
                using Socket tcp = await pod.RunAsync(
                    () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await tcp.ConnectAsync(target, patience.Token);
                return true;
            }

            using Socket udp = await pod.RunAsync(
                () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
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
