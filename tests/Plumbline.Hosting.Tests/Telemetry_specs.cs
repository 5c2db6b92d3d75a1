using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Hosting.Tests;

/// <summary>What a worker sends to an OpenTelemetry collector.</summary>
public sealed class Telemetry_specs
{
    [Fact]
    public async Task Traces_and_metrics_go_out_by_OTLP_with_the_workers_name()
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        string virtualHost = await broker.CreateVirtualHostAsync();
        await using Collector collector = await Collector.StartAsync();
        WorkerSettings settings = WorkerSettings.For(broker, virtualHost);
        settings.SetForeign("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
        settings.SetForeign("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        settings.SetForeign("OTEL_BSP_SCHEDULE_DELAY", "200");
        settings.SetForeign("OTEL_METRIC_EXPORT_INTERVAL", "500");
        await using Worker worker = settings.Start("rtt-probe");
        await settings.UntilAsync("/readyz", 200, worker);

        Guid id = Guid.NewGuid();
        await MasstransitMessage.SendTrialAsync(broker, virtualHost, id, "one-way");

        await WorkerSettings.UntilAsync(
            () => Task.FromResult(
                collector.Has("/v1/traces", "plumbline-rtt-probe", "plumbline.experiment_id", id.ToString())
                && collector.Has("/v1/metrics", "plumbline-rtt-probe", "messaging.masstransit.")),
            () => $"{collector}\n{worker.Output}");
    }

    /// <summary>Receives what an exporter sends. Protobuf leaves text unchanged, so tests can search for it.</summary>
    private sealed class Collector(WebApplication server, ConcurrentQueue<(string Path, string Text)> requests)
        : IAsyncDisposable
    {
        public string Address => server.Urls.Single();

        public static async Task<Collector> StartAsync()
        {
            ConcurrentQueue<(string, string)> requests = new();
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            WebApplication server = builder.Build();
            server.Run(async context =>
            {
                using MemoryStream body = new();
                await context.Request.Body.CopyToAsync(body);
                requests.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.StatusCode = StatusCodes.Status200OK;
            });
            await server.StartAsync(TestContext.Current.CancellationToken);
            return new Collector(server, requests);
        }

        public bool Has(string path, params string[] texts) => requests.Any(request =>
            request.Path == path && texts.All(text => request.Text.Contains(text, StringComparison.Ordinal)));

        public ValueTask DisposeAsync() => server.DisposeAsync();

        public override string ToString() =>
            "received: " + string.Join(' ', requests.Select(request => $"{request.Path} ({request.Text.Length})"));
    }
}
