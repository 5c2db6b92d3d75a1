using System.Net.Sockets;

namespace Plumbline.Linux;

/// <summary>
/// A lock that all processes in one network namespace share, whatever files and containers they have. It is a socket
/// bound to an abstract name, which the kernel keeps per network namespace and frees when the process ends, however it
/// ends.
/// </summary>
public sealed class NamespaceLock : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;

    private NamespaceLock(Socket socket) => _socket = socket;

    /// <summary>Waits until nobody else holds the lock, and takes it.</summary>
    /// <param name="name">Without the zero byte that marks an abstract name.</param>
    public static async Task<NamespaceLock> TakeAsync(NetworkNamespace where, string name, CancellationToken token)
    {
        while (true)
        {
            if (await where.RunAsync(() => TryBind(name)) is { } socket)
            {
                return new NamespaceLock(socket);
            }

            await Task.Delay(s_retry, token);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static Socket? TryBind(string name)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint($"\0{name}"));
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
