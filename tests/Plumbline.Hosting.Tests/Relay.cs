using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Hosting.Tests;

/// <summary>Forwards a port to a server. The link can be cut and joined again.</summary>
internal sealed class Relay : IDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly ConcurrentBag<TcpClient> _open = [];

    private TcpListener _listener;

    public Relay(string host, int port)
    {
        (_host, _port) = (host, port);
        Port = Ports.Free();
        _listener = Listen();
    }

    public int Port { get; }

    /// <summary>Like a power failure of the server: all connections end and no new one opens.</summary>
    public void Cut()
    {
        _listener.Stop();
        while (_open.TryTake(out TcpClient? client))
        {
            client.Dispose();
        }
    }

    public void Join() => _listener = Listen();

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                TcpClient from = await listener.AcceptTcpClientAsync();
                _open.Add(from);
                TcpClient to = new();
                _open.Add(to);
                await to.ConnectAsync(_host, _port);
                _ = PassAsync(from, to);
                _ = PassAsync(to, from);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception exception) when (
            exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The link was cut.
        }
        finally
        {
            to.Dispose();
        }
    }
}
