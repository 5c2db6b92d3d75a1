using System.Net;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Plumbline.Hosting;

/// <summary>
/// The part that all workers share: settings from PLUMBLINE_… environment variables, checked before anything starts;
/// the bus on RabbitMQ; health pages; logs as JSON lines; an orderly end at SIGTERM. If OTEL_EXPORTER_OTLP_ENDPOINT is
/// set, traces and metrics go there.
/// </summary>
public static class WorkerHost
{
    private const int BadSettings = 2;

    /// <summary>How long a worker may finish its message after SIGTERM.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long RabbitMQ waits for an acknowledgement before it delivers the message to another worker. It is longer
    /// than the longest step: 100,000 Services for three data planes. The broker's default is half an hour. Queues have
    /// this setting since RabbitMQ 3.12; older brokers accept and ignore it.
    /// </summary>
    private static readonly TimeSpan s_consumerTimeout = TimeSpan.FromHours(2);

    /// <summary>
    /// How often a worker checks for its log whether it is ready. Each check costs CPU next to a measurement.
    /// </summary>
    private static readonly TimeSpan s_readinessPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Runs the worker until it must stop. Returns its exit code.</summary>
    /// <param name="name">The worker's name in logs and traces.</param>
    /// <param name="configure">Registers services and options. The options are validated at the start.</param>
    /// <param name="consumers">Registers consumers.</param>
    public static async Task<int> RunAsync(
        string name,
        string[] arguments,
        Action<IServiceCollection, IConfiguration> configure,
        Action<IBusRegistrationConfigurator, IConfiguration> consumers)
    {
        await using WebApplication worker = Build(name, arguments, configure, consumers);
        IReadOnlyList<string> failures = CheckedOptions.Failures(worker.Services);
        foreach (string failure in failures)
        {
            await Console.Error.WriteLineAsync($"{name}: {failure}");
        }

        if (failures.Count > 0)
        {
            return BadSettings;
        }

        // After the check: this uses the settings.
        MapHealth(worker);
        await worker.RunAsync();
        return 0;
    }

    private static WebApplication Build(
        string name,
        string[] arguments,
        Action<IServiceCollection, IConfiguration> configure,
        Action<IBusRegistrationConfigurator, IConfiguration> consumers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { Args = arguments, ApplicationName = name });
        builder.Configuration.AddEnvironmentVariables(CheckedOptions.Prefix).AddCommandLine(arguments);
        builder.Configuration.AddInMemoryCollection(ForeignVariables("OTEL_"));
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // This would log an error for each request of a health page; ReadinessLog logs changes.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Logging.AddJsonConsole(options => options.IncludeScopes = true);
        builder.Services.AddCheckedOptions<BrokerOptions>(BrokerOptions.Section);
        builder.Services.AddCheckedOptions<HealthOptions>(HealthOptions.Section);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_drain);
        builder.Services.AddRouting();
        AddReadiness(builder.Services);
        configure(builder.Services, builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            // MassTransit reports its use to its makers by default. Plumbline sends nothing to anybody.
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            consumers(bus, builder.Configuration);
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
                (endpoint as IRabbitMqReceiveEndpointConfigurator)?.SetQueueArgument(
                    "x-consumer-timeout", (long)s_consumerTimeout.TotalMilliseconds));
            bus.UsingRabbitMq(ConfigureBroker);
        });
        AddTelemetry(builder.Services, name);
        builder.WebHost.UseKestrelCore();
        return builder.Build();
    }

    private static void MapHealth(WebApplication worker)
    {
        HealthOptions options = worker.Services.GetRequiredService<IOptions<HealthOptions>>().Value;
        worker.Urls.Add($"http://{new IPEndPoint(IPAddress.Parse(options.Address), options.Port)}");
        worker.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        worker.MapHealthChecks("/readyz", new HealthCheckOptions
        {
            // A bus that reconnects calls itself degraded and takes no messages.
            ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable },
        });
    }

    private static void ConfigureBroker(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator configurator)
    {
        configurator.Host(context.GetRequiredService<IOptions<BrokerOptions>>().Value);
        configurator.UseConsumeFilter(typeof(ExperimentScope<>), context);
        configurator.ConfigureEndpoints(context);
    }

    private static void AddReadiness(IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<BrokerHostHealth>("broker-host");
        services.AddSingleton<IHealthCheckPublisher, ReadinessLog>();
        services.Configure<HealthCheckPublisherOptions>(options => options.Period = s_readinessPeriod);
    }

    /// <summary>
    /// Variables that keep their prefix: OpenTelemetry reads its own from the configuration by their full names.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string?>> ForeignVariables(string prefix) =>
        from System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()
        where ((string)variable.Key).StartsWith(prefix, StringComparison.Ordinal)
        select KeyValuePair.Create((string)variable.Key, (string?)variable.Value);

    private static void AddTelemetry(IServiceCollection services, string name)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            return;
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"plumbline-{name}"))
            .WithTracing(tracing => tracing.AddSource(DiagnosticHeaders.DefaultListenerName).AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(InstrumentationOptions.MeterName).AddOtlpExporter());
    }
}
