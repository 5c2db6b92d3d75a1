using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Plumbline.EchoWorker.Tests;

public sealed class Health_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_healthy_over_http_and_grpc_while_both_services_run()
    {
        EchoSockets sockets = EchoSockets.Open(IPAddress.Loopback, 0, Ports.Free());
        (IPEndPoint endpoint, IPEndPoint health) = (sockets.Address, sockets.HealthAddress!);
        await using EchoServer server = await EchoServer.StartAsync(sockets, token: Token);
        using HttpClient http = new();
        using GrpcChannel channel = EchoClient.Channel(endpoint);
        Health.HealthClient grpc = new(channel);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, health, "healthz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, health, "readyz"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, health, "elsewhere"));
        foreach (string service in (string[])["", "plumbline.echo.Echo"])
        {
            HealthCheckResponse response = await grpc.CheckAsync(
                new HealthCheckRequest { Service = service }, cancellationToken: Token);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
        }

        RpcException unknown = await Assert.ThrowsAsync<RpcException>(
            () => grpc
                .CheckAsync(new HealthCheckRequest { Service = "other" }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task It_is_unhealthy_without_the_udp_echo()
    {
        EchoSockets sockets = EchoSockets.Open(IPAddress.Loopback, 0, Ports.Free());
        (IPEndPoint endpoint, IPEndPoint health) = (sockets.Address, sockets.HealthAddress!);
        await using EchoServer server = await EchoServer.StartAsync(sockets, token: Token);
        using HttpClient http = new();
        using GrpcChannel channel = EchoClient.Channel(endpoint);

        server.Udp.Dispose();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, health, "healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, health, "readyz"));
        Health.HealthClient grpc = new(channel);
        HealthCheckResponse response = await grpc.CheckAsync(new HealthCheckRequest(), cancellationToken: Token);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, response.Status);
    }

    [Fact]
    public async Task The_server_does_not_handle_the_processs_signals()
    {
        EchoSockets sockets = EchoSockets.Open(IPAddress.Loopback, 0, Ports.Free());
        IPEndPoint health = sockets.HealthAddress!;
        await using EchoServer server = await EchoServer.StartAsync(sockets, token: Token);
        using HttpClient http = new();
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            seen.SetResult();
        });

        using Process kill = Process.Start("kill", ["-s", "TERM", $"{Environment.ProcessId}"]);
        await kill.WaitForExitAsync(Token);
        await seen.Task.WaitAsync(Token);
        await Task.Delay(100, Token);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, health, "readyz"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, IPEndPoint health, string page)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri($"http://{health}/{page}"), Token);
        return response.StatusCode;
    }
}
