using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Plumbline.EchoWorker;

/// <summary>
/// The TCP connections being served, so that the endpoint's end can reset them. A connection closed in the usual way lives on
/// in the kernel until the client acknowledges, minutes long where the client is gone, and its network namespace with it.
/// </summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private volatile bool _reset;

    /// <summary>A connection middleware: knows the connection while the rest of the pipeline serves it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        Socket socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        _sockets[socket] = true;
        try
        {
            if (_reset)
            {
                Reset(socket);
            }

            await next(connection);
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }

    /// <summary>From now on connections end with a reset when they are closed, so that nothing of them is left.</summary>
    public void ResetWhenClosed()
    {
        _reset = true;
        foreach (Socket socket in _sockets.Keys)
        {
            Reset(socket);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile.
        }
    }
}
