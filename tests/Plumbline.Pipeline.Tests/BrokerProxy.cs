using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Pipeline.Tests;

/// <summary>How the network between a worker and its broker fails.</summary>
public enum Cut
{
    /// <summary>Packets are lost without a sign, as when a cable is pulled.</summary>
    Silent,

    /// <summary>Connections are reset and new ones refused, as by a firewall.</summary>
    Refusing,
}

/// <summary>A TCP proxy in front of the broker. A test can cut and heal it.</summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly IPEndPoint _broker;
    private readonly ConcurrentDictionary<Link, bool> _links = [];
    private readonly ConcurrentBag<Task> _running = [];

    private TcpListener _listener;
    private volatile bool _isSilent;

    public BrokerProxy(int brokerPort)
    {
        _broker = new IPEndPoint(IPAddress.Loopback, brokerPort);
        Port = Ports.Free();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _running.Add(AcceptAsync(_listener));
    }

    public int Port { get; }

    /// <summary>
    /// Cuts the network. Whatever both ends send is lost. After a silent cut it waits until both ends of every
    /// connection gave up.
    /// </summary>
    public async Task CutAsync(Cut cut, TimeSpan patience)
    {
        Link[] present = [.. _links.Keys];
        Assert.NotEmpty(present);
        if (cut == Cut.Refusing)
        {
            _listener.Stop();
            Array.ForEach(present, link => link.Reset());
            return;
        }

        _isSilent = true;
        await Task.WhenAll(present.Select(link => link.BothGaveUp)).WaitAsync(patience);
    }

    /// <summary>Lets new connections through. Resets those that lost data.</summary>
    public void Heal()
    {
        foreach (Link link in _links.Keys.Where(link => link.HasLost))
        {
            link.Reset();
        }

        _isSilent = false;
        if (!_listener.Server.IsBound)
        {
            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Start();
            _running.Add(AcceptAsync(_listener));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (Link link in _links.Keys)
        {
            link.Reset();
        }

        await Task.WhenAll(_running);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                _running.Add(ServeAsync(await listener.AcceptSocketAsync()));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket worker)
    {
        Socket broker = new(SocketType.Stream, ProtocolType.Tcp);
        Link link = new(worker, broker);
        _links[link] = true;
        try
        {
            await broker.ConnectAsync(_broker);
            await Task.WhenAll(PumpAsync(link, worker, broker), PumpAsync(link, broker, worker));
        }
        catch (SocketException)
        {
            // The broker is down.
        }
        finally
        {
            link.Reset();
            _links.TryRemove(link, out _);
        }
    }

    /// <summary>Reads until this end closes, even while the network is cut.</summary>
    private async Task PumpAsync(Link link, Socket from, Socket to)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                if (_isSilent || link.HasLost)
                {
                    link.HasLost = true;
                }
                else
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }

        link.GaveUp(from);
        if (_isSilent)
        {
            // The other end must not notice either.
            link.HasLost = true;
        }
        else
        {
            link.Reset();
        }
    }

    /// <summary>A connection of the worker, and the proxy's connection to the broker for it.</summary>
    private sealed class Link(Socket worker, Socket broker)
    {
        private readonly TaskCompletionSource _worker = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _broker = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _hasLost;

        public Task BothGaveUp => Task.WhenAll(_worker.Task, _broker.Task);

        public bool HasLost
        {
            get => _hasLost;
            set => _hasLost = value;
        }

        public void GaveUp(Socket end) => (end == worker ? _worker : _broker).TrySetResult();

        public void Reset()
        {
            foreach (Socket socket in (Socket[])[worker, broker])
            {
                try
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // Already closed.
                }

                socket.Dispose();
            }
        }
    }
}
