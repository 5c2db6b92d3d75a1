using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Plumbline.Echo;

namespace Plumbline.EchoWorker.Tests;

public sealed class Program_specs
{
    private static readonly string[] s_onLoopback = ["--bind", "127.0.0.1", "--health-port", "0"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "many")]
    [InlineData("--health-port", "-1")]
    [InlineData("--health-port", "70000")]
    [InlineData("--health-port", "7001")]
    [InlineData("--bind", "::1")]
    [InlineData("--bind", "nowhere")]
    [InlineData("--prot", "7001")]
    public async Task A_wrong_flag_is_named_in_one_line_and_nothing_opens(string flag, string value)
    {
        (int exitCode, string output, string errors) = await EchoWorkerProcess.RunAsync(flag, value);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(flag, OnlyLine(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketType.Stream, ProtocolType.Tcp, "TCP")]
    [InlineData(SocketType.Dgram, ProtocolType.Udp, "UDP")]
    public async Task A_port_in_use_is_named_in_one_line(SocketType type, ProtocolType protocol, string name)
    {
        using Socket taken = new(AddressFamily.InterNetwork, type, protocol);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == ProtocolType.Tcp)
        {
            taken.Listen();
        }

        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        (int exitCode, string output, string errors) =
            await EchoWorkerProcess.RunAsync([.. s_onLoopback, "--port", $"{port}"]);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains($"{name} port {port}", OnlyLine(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_serves_until_a_signal_and_ends_cleanly(string signal)
    {
        IPEndPoint endpoint = FreeEndpoint();
        using EchoWorkerProcess process = EchoWorkerProcess.Start([.. s_onLoopback, "--port", $"{endpoint.Port}"]);
        Assert.Contains($"{endpoint}", await process.LineAsync(), StringComparison.Ordinal);
        using GrpcChannel channel = EchoClient.Channel(endpoint);
        await new Echo.Echo.EchoClient(channel).SendAsync(new EchoRequest(), cancellationToken: Token);

        await process.SignalAsync(signal);
        (int exitCode, string output, string errors) = await process.EndAsync();

        Assert.Equal(0, exitCode);
        Assert.Empty(output);
        Assert.Empty(errors);
    }

    private static string OnlyLine(string text) =>
        Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static IPEndPoint FreeEndpoint()
    {
        using EchoSockets sockets = EchoSockets.Open(IPAddress.Loopback, 0);
        return sockets.Address;
    }
}
