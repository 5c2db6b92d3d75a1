using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Plumbline.Contracts;
using Plumbline.Echo;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Grpc;

/// <summary>
/// gRPC requests by an open-loop schedule. Each starts when it is due, however many are under way, and its total time
/// counts from then. So a slow endpoint cannot look fast by holding requests back (coordinated omission; Tene, "How
/// NOT to Measure Latency").
/// </summary>
/// <param name="sockets">The sockets that connect.</param>
/// <param name="settings">Connection, work and timeout of each request.</param>
internal sealed class GrpcLoad(NamespaceSockets sockets, GrpcSettings settings, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan s_spinning = TimeSpan.FromMilliseconds(2);
    private static readonly ByteString s_payload = ByteString.CopyFrom(new byte[64]);

    private readonly Dictionary<EndPoint, Connection> _keptAlive = [];

    /// <summary>Makes one request to each target and waits for all of them.</summary>
    /// <param name="targets">In the order of the requests.</param>
    /// <param name="rps">Requests a second.</param>
    public async Task<GrpcRun> RunAsync(IReadOnlyList<IPEndPoint> targets, double rps, CancellationToken token)
    {
        Lateness.Recorder lateness = new();
        List<Task<GrpcRequest>> requests = new(targets.Count);
        long start = clock.GetTimestamp();
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < targets.Count && !token.IsCancellationRequested; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds(i / rps);
            await WaitUntilAsync(start, due, token);
            last = clock.GetElapsedTime(start);
            lateness.Record((long)(last - due).TotalNanoseconds);
            IPEndPoint target = targets[i];
            requests.Add(Task.Run(() => RequestAsync(target, start, due, token), CancellationToken.None));
        }

        GrpcRequest[] done = await Task.WhenAll(requests);
        token.ThrowIfCancellationRequested();
        SendRun run = new() { Sent = done.Length, Errors = 0, Elapsed = last, Lateness = lateness.Read() };
        return new GrpcRun(run, done);
    }

    public void Dispose()
    {
        foreach (Connection connection in _keptAlive.Values)
        {
            connection.Dispose();
        }
    }

    private async Task WaitUntilAsync(long start, TimeSpan due, CancellationToken token)
    {
        TimeSpan left = due - clock.GetElapsedTime(start);
        if (left > s_spinning)
        {
            await Task.Delay(left - s_spinning, clock, token);
        }

        while (clock.GetElapsedTime(start) < due)
        {
            Thread.SpinWait(20);
        }
    }

    private async Task<GrpcRequest> RequestAsync(IPEndPoint target, long start, TimeSpan due, CancellationToken token)
    {
        Connection connection = ConnectionTo(target);
        try
        {
            TimeSpan began = clock.GetElapsedTime(start);
            EchoReply reply = await connection.Client.SendAsync(
                new EchoRequest { Payload = s_payload, WorkUs = (uint)settings.WorkUs },
                deadline: clock.GetUtcNow().UtcDateTime.AddMilliseconds(settings.TimeoutMs),
                cancellationToken: token);
            TimeSpan ended = clock.GetElapsedTime(start);
            if (ended - began > TimeSpan.FromMilliseconds(settings.TimeoutMs))
            {
                // On a busy machine the timer of the deadline can fire after the answer.
                return GrpcRequest.NotAnswered(GrpcOutcome.Late, "the answer came after the timeout");
            }

            TimeSpan worker = TimeSpan.FromMicroseconds(reply.WorkerNs / 1e3);
            TimeSpan? connect = settings.Connection == GrpcConnection.New ? connection.Connecting : null;
            TimeSpan request = ended - began - (connect ?? TimeSpan.Zero) - worker;
            return new GrpcRequest(GrpcOutcome.Answered, ended - due, request, connect, worker, "");
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
        {
            return GrpcRequest.NotAnswered(GrpcOutcome.TimedOut, exception.Status.Detail);
        }
        catch (RpcException exception)
        {
            return GrpcRequest.NotAnswered(GrpcOutcome.Failed, $"{exception.StatusCode}: {exception.Status.Detail}");
        }
        finally
        {
            if (settings.Connection == GrpcConnection.New)
            {
                connection.Dispose();
            }
        }
    }

    private Connection ConnectionTo(IPEndPoint target)
    {
        if (settings.Connection == GrpcConnection.New)
        {
            return new Connection(sockets, target, clock);
        }

        lock (_keptAlive)
        {
            if (!_keptAlive.TryGetValue(target, out Connection? connection))
            {
                _keptAlive.Add(target, connection = new Connection(sockets, target, clock));
            }

            return connection;
        }
    }

    /// <summary>A channel with one TCP connection, which the first request opens.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly NamespaceSockets _sockets;
        private readonly TimeProvider _clock;
        private readonly IPEndPoint _target;
        private readonly GrpcChannel _channel;

        public Connection(NamespaceSockets sockets, IPEndPoint target, TimeProvider clock)
        {
            (_sockets, _clock, _target) = (sockets, clock, target);
            SocketsHttpHandler handler = new()
            {
                ConnectCallback = ConnectAsync,
                UseProxy = false,
                AllowAutoRedirect = false,
            };
            _channel = GrpcChannel.ForAddress(
                new UriBuilder("http", target.Address.ToString(), target.Port).Uri,
                new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
            Client = new Echo.Echo.EchoClient(_channel);
        }

        public Echo.Echo.EchoClient Client { get; }

        /// <summary>Time to open the connection.</summary>
        public TimeSpan Connecting { get; private set; }

        public void Dispose() => _channel.Dispose();

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
        {
            Socket socket = _sockets.Take(token);
            try
            {
                long start = _clock.GetTimestamp();
                await socket.ConnectAsync(_target, token);
                Connecting = _clock.GetElapsedTime(start);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
