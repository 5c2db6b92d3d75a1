using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Plumbline.EchoWorker;

/// <summary>
/// The open TCP connections, so that the server can reset them when it stops. The kernel keeps a normally closed
/// connection, and its network namespace, until the client acknowledges. If the client is gone, that takes minutes.
/// </summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private volatile bool _reset;

    /// <summary>Connection middleware: keeps the connection while the rest of the pipeline serves it.</summary>
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

    /// <summary>From now on, closing a connection resets it, so the kernel keeps nothing of it.</summary>
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
            // The connection is already closed.
        }
    }
}
