using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Contracts;

namespace Plumbline.EchoWorker.Tests;

public sealed class Udp_echo_specs : IAsyncLifetime
{
    private EchoServer _server = null!;
    private IPEndPoint _endpoint = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        EchoSockets sockets = EchoSockets.Open(IPAddress.Any, 0);
        _endpoint = new IPEndPoint(IPAddress.Loopback, sockets.Address.Port);
        _server = await EchoServer.StartAsync(sockets, token: Token);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1_472)]
    [InlineData(65_507)]
    public async Task A_datagram_of_any_size_comes_back(int length)
    {
        using Socket socket = EchoClient.UdpSocket(_endpoint);
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

        await socket.SendAsync(payload, Token);

        Assert.Equal(payload, await EchoClient.AnswerAsync(socket));
    }

    [Fact]
    public async Task The_answer_comes_from_the_address_of_the_request()
    {
        // This machine has all of 127/8. A socket that only looks up a route would answer from 127.0.0.1.
        using Socket socket = EchoClient.UdpSocket(new IPEndPoint(IPAddress.Parse("127.0.0.77"), _endpoint.Port));

        await socket.SendAsync("who"u8.ToArray(), Token);

        Assert.Equal("who"u8.ToArray(), await EchoClient.AnswerAsync(socket));
    }

    [Fact]
    public async Task Packets_of_pktgen_are_not_answered_and_do_not_wake_the_program()
    {
        using Socket socket = EchoClient.UdpSocket(_endpoint);

        // pktgen fills a frame of 60 bytes like this: its mark, a number, a time, padding.
        byte[] payload = [0xBE, 0x9B, 0xE9, 0x55, .. new byte[14]];
        await socket.SendAsync(payload, Token);
        payload[3]++;
        await socket.SendAsync(payload, Token);

        Assert.Equal(payload, await EchoClient.AnswerAsync(socket));
        Assert.Equal(1, _server.Udp.Received);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001\u0002 and more")]
    public async Task A_datagram_with_the_mark_is_not_answered_and_does_not_wake_the_program(string rest)
    {
        using Socket socket = EchoClient.UdpSocket(_endpoint);

        for (int i = 0; i < 1_000; i++)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(EchoProtocol.NoEcho + rest), Token);
        }

        await socket.SendAsync("ordinary"u8.ToArray(), Token);

        Assert.Equal("ordinary"u8.ToArray(), await EchoClient.AnswerAsync(socket));
        Assert.Equal(1, _server.Udp.Received);
        Assert.Equal(0, socket.Available);
    }

    [Fact]
    public async Task A_datagram_that_only_resembles_the_mark_is_answered()
    {
        using Socket socket = EchoClient.UdpSocket(_endpoint);
        string mark = EchoProtocol.NoEcho;

        // Every proper prefix of the mark, the mark with one character changed, and the mark in another place.
        IEnumerable<string> payloads = Enumerable.Range(0, mark.Length)
            .Select(i => (Prefix: mark[..i], Changed: mark[..i] + "#" + mark[(i + 1)..]))
            .SelectMany<(string Prefix, string Changed), string>(
                each => [each.Prefix, each.Changed, each.Changed + " and more"])
            .Append(" " + mark);
        foreach (string payload in payloads)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(payload), Token);
            Assert.Equal(payload, Encoding.ASCII.GetString(await EchoClient.AnswerAsync(socket)));
        }
    }

    [Fact]
    public async Task Nothing_answers_after_the_end()
    {
        await _server.DisposeAsync();
        using Socket socket = EchoClient.UdpSocket(_endpoint);

        await socket.SendAsync("late"u8.ToArray(), Token);

        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => EchoClient.AnswerAsync(socket));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.False(_server.Udp.IsServing);
    }
}
