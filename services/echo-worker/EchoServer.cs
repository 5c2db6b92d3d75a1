using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plumbline.EchoWorker;

/// <summary>
/// Serves the endpoint on sockets that are already open: gRPC over cleartext HTTP/2 (with grpc.health.v1), the UDP
/// echo, and health pages over HTTP/1.1. It has its own service container, and does not touch the signals, environment
/// and console of its process.
/// </summary>
public sealed class EchoServer : IAsyncDisposable
{
    /// <summary>How long open requests may take to end. The lab's teardown waits for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    private readonly EchoSockets _sockets;
    private readonly OpenConnections _connections = new();
    private readonly WebApplication _application;
    private readonly Lazy<Task> _stop;

    private EchoServer(EchoSockets sockets, Action<ILoggingBuilder>? logging)
    {
        _sockets = sockets;
        Udp = new UdpEcho(sockets.Udp);
        _application = Build(logging);
        _stop = new Lazy<Task>(StopAsync);
    }

    internal UdpEcho Udp { get; }

    /// <summary>Starts to serve. Returns when all ports answer.</summary>
    /// <param name="sockets">The server owns them now: it closes them, even if it cannot start.</param>
    /// <param name="logging">Sets up logging; null logs nothing.</param>
    /// <param name="token">Cancels the start.</param>
    public static async Task<EchoServer> StartAsync(
        EchoSockets sockets, Action<ILoggingBuilder>? logging = null, CancellationToken token = default)
    {
        EchoServer server = new(sockets, logging);
        try
        {
            await server._application.StartAsync(token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Stops and closes every socket within a second, even with open connections. May be called again.
    /// </summary>
    public async ValueTask DisposeAsync() => await _stop.Value;

    private WebApplication Build(Action<ILoggingBuilder>? logging)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging?.Invoke(builder.Logging);
        builder.Services.AddSingleton(Udp);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks(options => options.Services.Map(Echo.Echo.Descriptor.FullName, _ => true))
            .AddCheck<EchoHealth>("echo");
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(options =>
        {
            options.Backlog = EchoSockets.Backlog;
            options.CreateBoundListenSocket = endpoint =>
                endpoint.Equals(_sockets.HealthAddress) ? _sockets.Health! : _sockets.Tcp;
        });
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(_sockets.Address, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection => _connections.ServeAsync(connection, next));
            });
            if (_sockets.HealthAddress is { } health)
            {
                options.Listen(health, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });

        WebApplication application = builder.Build();
        application.MapGrpcService<EchoService>();
        application.MapGrpcHealthChecksService();
        application.MapHealthChecks("/healthz");
        application.MapHealthChecks("/readyz");
        return application;
    }

    private async Task StopAsync()
    {
        _connections.ResetWhenClosed();

        // Kestrel first refuses new requests, then waits for open ones, and aborts the rest when the patience ends.
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            await _application.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Kestrel aborted some requests.
        }
        finally
        {
            Udp.Dispose();
            await _application.DisposeAsync();
            _sockets.Dispose();
        }
    }

    /// <summary>Replaces the host's own lifetime, which would handle the process's signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
