using System.Collections.Concurrent;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.RttProbe.Grpc;

/// <summary>
/// Opens TCP sockets in a network namespace, for threads outside it to connect: a socket stays in the namespace that
/// it was opened in. Some are opened ahead, so that a request does not wait for one.
/// </summary>
internal sealed class NamespaceSockets : IDisposable
{
    private const int Ahead = 32;

    private readonly BlockingCollection<Socket> _sockets = new(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<bool> _opening;

    public NamespaceSockets(NetworkNamespace where) => _opening = where.RunAsync(Open);

    /// <exception cref="OperationCanceledException">The token was cancelled before a socket was ready.</exception>
    public Socket Take(CancellationToken token) => _sockets.Take(token);

    public void Dispose()
    {
        _stop.Cancel();
        _opening.Wait(TimeSpan.FromSeconds(5));
        while (_sockets.TryTake(out Socket? socket))
        {
            socket.Dispose();
        }

        _sockets.Dispose();
        _stop.Dispose();
    }

    private bool Open()
    {
        try
        {
            while (true)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    _sockets.Add(socket, _stop.Token);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
