using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Plumbline.Echo;

namespace Plumbline.EchoWorker.Tests;

public sealed class Grpc_echo_specs : IAsyncLifetime
{
    private EchoServer _server = null!;
    private IPEndPoint _endpoint = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        EchoSockets sockets = EchoSockets.Open(IPAddress.Loopback, 0);
        _endpoint = sockets.Address;
        _server = await EchoServer.StartAsync(sockets, token: Token);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_request_comes_back_with_the_times_at_the_endpoint()
    {
        using GrpcChannel channel = EchoClient.Channel(_endpoint);
        Echo.Echo.EchoClient client = new(channel);
        ByteString payload = ByteString.CopyFrom([.. Enumerable.Range(0, 1_000).Select(i => (byte)i)]);

        long before = UnixNs();
        EchoReply reply = await client.SendAsync(new EchoRequest { Payload = payload }, cancellationToken: Token);
        long after = UnixNs();

        Assert.Equal(payload, reply.Payload);
        Assert.InRange(reply.ArrivedUnixNs, before, reply.AnsweredUnixNs);
        Assert.InRange(reply.AnsweredUnixNs, reply.ArrivedUnixNs, after);
        Assert.InRange(reply.WorkerNs, 1, after - before);
    }

    [Fact]
    public async Task The_endpoint_works_for_as_long_as_the_request_asks()
    {
        using GrpcChannel channel = EchoClient.Channel(_endpoint);
        Echo.Echo.EchoClient client = new(channel);

        EchoReply reply = await client.SendAsync(new EchoRequest { WorkUs = 20_000 }, cancellationToken: Token);

        Assert.True(reply.WorkerNs >= 20_000_000, $"{reply.WorkerNs} ns");
        Assert.True(reply.AnsweredUnixNs - reply.ArrivedUnixNs >= 19_000_000, "the wall clock did not see the work");
    }

    [Fact]
    public async Task Too_much_work_is_refused_with_the_fields_name()
    {
        using GrpcChannel channel = EchoClient.Channel(_endpoint);
        Echo.Echo.EchoClient client = new(channel);

        RpcException refusal = await Assert.ThrowsAsync<RpcException>(
            () => client.SendAsync(new EchoRequest { WorkUs = 10_000_001 }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("work_us", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("10000000", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_requests_share_a_connection()
    {
        using GrpcChannel channel = EchoClient.Channel(_endpoint);
        Echo.Echo.EchoClient client = new(channel);

        string[] payloads = [.. Enumerable.Range(0, 300).Select(i => $"{i}")];
        EchoReply[] replies = await Task.WhenAll(payloads
            .Select(payload => new EchoRequest { Payload = ByteString.CopyFromUtf8(payload) })
            .Select(request => client.SendAsync(request, cancellationToken: Token).ResponseAsync));

        Assert.Equal(payloads, replies.Select(reply => reply.Payload.ToStringUtf8()));
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_open_connections_or_open_requests()
    {
        using GrpcChannel channel = EchoClient.Channel(_endpoint);
        Echo.Echo.EchoClient client = new(channel);
        await client.SendAsync(new EchoRequest(), cancellationToken: Token);
        using Socket silent = EchoClient.TcpSocket();
        await silent.ConnectAsync(_endpoint, Token);
        Task<EchoReply> working = client
            .SendAsync(new EchoRequest { WorkUs = 9_000_000 }, cancellationToken: Token).ResponseAsync;
        await Task.Delay(100, Token);

        long begin = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(_server.DisposeAsync().AsTask(), _server.DisposeAsync().AsTask());
        await _server.DisposeAsync();
        TimeSpan took = TimeProvider.System.GetElapsedTime(begin);

        // The open request takes nine seconds.
        Assert.True(took < TimeSpan.FromSeconds(8), $"stopping took {took.TotalMilliseconds} ms");
        await Assert.ThrowsAsync<RpcException>(() => working);
        using Socket late = EchoClient.TcpSocket();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => late.ConnectAsync(_endpoint, Token).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        // Another server can use the port.
        EchoSockets.Open(IPAddress.Loopback, _endpoint.Port).Dispose();
    }

    private static long UnixNs() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
