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
/// Serves the endpoint on sockets opened before: gRPC over cleartext HTTP/2 (with grpc.health.v1), the UDP echo, and health
/// pages over HTTP/1.1. Has a container of its own and leaves signals, environment and console to the process it is in.
/// </summary>
public sealed class EchoServer : IAsyncDisposable
{
    /// <summary>What requests under way are given to end; the lab's teardown waits for it.</summary>
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

    /// <summary>Starts serving; returns when all ports do.</summary>
    /// <param name="sockets">The server's from here on: it closes them, also when it cannot start.</param>
    /// <param name="logging">Where to log; nowhere if null.</param>
    /// <param name="token">Gives up starting.</param>
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

    /// <summary>Stops and closes every socket, within a second also when connections are open. May be called again.</summary>
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
            options.CreateBoundListenSocket = endpoint => endpoint.Equals(_sockets.HealthAddress) ? _sockets.Health! : _sockets.Tcp;
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

        // Kestrel refuses new requests first, waits for those under way, and aborts what is left when the patience ends.
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            await _application.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Some had to be aborted.
        }
        finally
        {
            Udp.Dispose();
            await _application.DisposeAsync();
            _sockets.Dispose();
        }
    }

    /// <summary>In the host's place for its own that would take the process's signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
