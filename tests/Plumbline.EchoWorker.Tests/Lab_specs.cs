using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plumbline.Contracts;
using Plumbline.Echo;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.EchoWorker.Tests;

/// <summary>The endpoint in a real lab node, called from the client's namespace.</summary>
public sealed class Lab_specs : IAsyncLifetime
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly ServiceProvider _services;
    private readonly ILabEndpoints _endpoints;

    public Lab_specs()
    {
        ServiceCollection services = new();
        services.AddEchoWorkerForLab();
        _services = services.BuildServiceProvider();
        _endpoints = _services.GetRequiredService<ILabEndpoints>();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LabNode Node => LabNode.Of(_experimentId, DataPlane.NoRules);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces");
        await LabNetwork.CreateAsync(Node, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await LabNetwork.RemoveAsync(_experimentId);
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task Every_endpoint_of_the_node_answers_the_client(int endpoint)
    {
        IPEndPoint address = Address(endpoint);
        await using IAsyncDisposable serving = await _endpoints.ServeAsync(Node.Endpoints, Token);

        using Socket udp = await Node.Client.RunAsync(() => EchoClient.UdpSocket(address));
        await udp.SendAsync("over the node"u8.ToArray(), Token);
        Assert.Equal("over the node"u8.ToArray(), await EchoClient.AnswerAsync(udp));

        using GrpcChannel channel = EchoClient.Channel(address, () => Node.Client.RunAsync(EchoClient.TcpSocket));
        EchoReply reply = await new Echo.Echo.EchoClient(channel).SendAsync(
            new EchoRequest { Payload = ByteString.CopyFromUtf8("over the node") }, cancellationToken: Token);
        Assert.Equal("over the node", reply.Payload.ToStringUtf8());
    }

    [Fact]
    public async Task After_disposal_it_holds_no_sockets_and_no_namespace()
    {
        IAsyncDisposable serving = await _endpoints.ServeAsync(Node.Endpoints, Token);
        using GrpcChannel channel = EchoClient.Channel(Address(0), () => Node.Client.RunAsync(EchoClient.TcpSocket));
        await new Echo.Echo.EchoClient(channel).SendAsync(new EchoRequest(), cancellationToken: Token);
        using Socket silent = await Node.Client.RunAsync(EchoClient.TcpSocket);
        await silent.ConnectAsync(Address(0), Token);
        Assert.Equal(["tcp LISTEN", "udp UNCONN", "tcp ESTAB", "tcp ESTAB"], await SocketsAsync());

        await serving.DisposeAsync();
        await serving.DisposeAsync();

        Assert.Empty(await SocketsAsync());
        using Socket late = await Node.Client.RunAsync(EchoClient.TcpSocket);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => late.ConnectAsync(Address(0), Token).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        // The client's ends are still open.
        await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "delete", Node.Endpoints.Name!], token: Token);
        Assert.True(await EndpointsDeviceIsGoneAsync(), "the endpoint's namespace outlived its name");
    }

    [Fact]
    public async Task Connections_of_a_client_that_is_gone_do_not_hold_the_namespace()
    {
        IAsyncDisposable serving = await _endpoints.ServeAsync(Node.Endpoints, Token);
        using GrpcChannel channel = EchoClient.Channel(Address(0), () => Node.Client.RunAsync(EchoClient.TcpSocket));
        await new Echo.Echo.EchoClient(channel).SendAsync(new EchoRequest(), cancellationToken: Token);

        // From here on nothing acknowledges the endpoint's packets.
        await Tool.RunAsync(Node.Node, "ip", ["link", "set", LabNode.NodeClientDevice, "down"], token: Token);
        await serving.DisposeAsync();

        await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "delete", Node.Endpoints.Name!], token: Token);
        Assert.True(await EndpointsDeviceIsGoneAsync(), "the endpoint's namespace outlived its name");
    }

    [Fact]
    public async Task It_serves_next_to_an_empty_host()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddEchoWorkerForLab();
        using IHost host = builder.Build();
        await host.StartAsync(Token);
        ILabEndpoints endpoints = host.Services.GetRequiredService<ILabEndpoints>();
        IAsyncDisposable serving = await endpoints.ServeAsync(Node.Endpoints, Token);
        await serving.DisposeAsync();

        // The endpoint's end does not stop the host.
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_and_nothing_stays_open()
    {
        await using (await _endpoints.ServeAsync(Node.Endpoints, Token))
        {
            await Assert.ThrowsAsync<IOException>(() => _endpoints.ServeAsync(Node.Endpoints, Token));
        }

        Assert.Empty(await SocketsAsync());
    }

    private static IPEndPoint Address(int endpoint) =>
        new(IPAddress.Parse(Ipv4.Format(LabNode.FirstEndpointIp + (uint)endpoint)), LabNode.EndpointPort);

    /// <summary>
    /// Protocol and state of the sockets in the endpoint's namespace, without closed ones that the kernel still keeps.
    /// </summary>
    private async Task<string[]> SocketsAsync()
    {
        string[] arguments = ["-Hntua", "state", "all", "exclude", "time-wait", "exclude", "fin-wait-2"];
        string lines = await Tool.RunAsync(Node.Endpoints, "ss", arguments, token: Token);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]))
            .OrderBy(line => line.Contains("ESTAB", StringComparison.Ordinal))
            .ThenBy(line => line, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Whether the endpoint's namespace is gone. Only then does the kernel remove its device, together with the other
    /// end in the node. Sockets without a process are visible nowhere else.
    /// </summary>
    private async Task<bool> EndpointsDeviceIsGoneAsync()
    {
        for (int i = 0; i < 100; i++)
        {
            string links = await Tool.RunAsync(Node.Node, "ip", ["-o", "link"], token: Token);
            if (!links.Contains(LabNode.NodeEndpointsDevice, StringComparison.Ordinal))
            {
                return true;
            }

            await Task.Delay(20, Token);
        }

        return false;
    }
}
