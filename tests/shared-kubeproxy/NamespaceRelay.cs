using System.Net;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>
/// Relays a namespace's loopback port to the same port on this process's loopback. So the node reaches the API server,
/// and nothing else does.
/// </summary>
internal sealed class NamespaceRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    private NamespaceRelay(TcpListener listener, IPEndPoint server)
    {
        (_listener, _server) = (listener, server);
        _accepting = AcceptAsync();
    }

    public static async Task<NamespaceRelay> StartAsync(NetworkNamespace where, int port)
    {
        IPEndPoint address = new(IPAddress.Loopback, port);
        TcpListener listener = await where.RunAsync(() =>
        {
            TcpListener inside = new(address);
            inside.Start();
            return inside;
        });
        return new NamespaceRelay(listener, address);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                Socket accepted = await _listener.AcceptSocketAsync(_end.Token);
                connections.RemoveAll(each => each.IsCompleted);
                connections.Add(RelayAsync(accepted));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(Socket accepted)
    {
        using Socket client = accepted;
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_server, _end.Token);
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // One side has closed, so the other closes too.
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        await using NetworkStream source = new(from);
        await using NetworkStream target = new(to);
        try
        {
            await source.CopyToAsync(target, _end.Token);
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction has ended already.
            from.Close();
            to.Close();
            throw;
        }
    }
}
