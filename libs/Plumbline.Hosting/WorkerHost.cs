using System.Net;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Plumbline.Hosting;

/// <summary>
/// What every worker is apart from its consumers: settings from PLUMBLINE_… environment variables, checked before anything
/// starts; the bus on RabbitMQ; health pages; logs as JSON lines; traces and metrics by OTLP where
/// OTEL_EXPORTER_OTLP_ENDPOINT says whereto; an orderly end at SIGTERM.
/// </summary>
public static class WorkerHost
{
    private const string EnvironmentPrefix = "PLUMBLINE_";
    private const int BadSettings = 2;

    /// <summary>Longer than any message is worked on: a step of 100,000 Services, or a trial of millions of packets.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);

    /// <summary>Runs the worker until it is told to stop. Returns its exit code.</summary>
    /// <param name="name">Of the worker, in logs and traces.</param>
    /// <param name="configure">Registers services; may add options, to be validated on start.</param>
    /// <param name="consumers">Registers consumers.</param>
    public static async Task<int> RunAsync(
        string name, string[] arguments, Action<IServiceCollection, IConfiguration> configure, Action<IBusRegistrationConfigurator, IConfiguration> consumers)
    {
        try
        {
            await using WebApplication worker = Build(name, arguments, configure, consumers);
            await worker.RunAsync();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            foreach (string failure in exception.Failures)
            {
                await Console.Error.WriteLineAsync($"{name}: {failure}");
            }

            return BadSettings;
        }
    }

    internal static WebApplication Build(
        string name, string[] arguments, Action<IServiceCollection, IConfiguration> configure, Action<IBusRegistrationConfigurator, IConfiguration> consumers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = arguments, ApplicationName = name });
        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine(arguments);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddJsonConsole(options => options.IncludeScopes = true);
        builder.Services.AddCheckedOptions<BrokerOptions>(BrokerOptions.Section);
        builder.Services.AddCheckedOptions<HealthOptions>(HealthOptions.Section);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_drain);
        builder.Services.AddRouting();
        builder.Services.AddHealthChecks();
        configure(builder.Services, builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            consumers(bus, builder.Configuration);
            bus.UsingRabbitMq(ConfigureBroker);
        });
        AddTelemetry(builder.Services, name);
        builder.WebHost.UseKestrelCore().ConfigureKestrel((context, options) =>
        {
            HealthOptions health = new();
            context.Configuration.GetSection(HealthOptions.Section).Bind(health);
            options.Listen(IPAddress.Parse(health.Address), health.Port);
        });

        WebApplication worker = builder.Build();
        worker.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        worker.MapHealthChecks("/readyz");
        return worker;
    }

    private static void ConfigureBroker(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator configurator)
    {
        BrokerOptions options = context.GetRequiredService<IOptions<BrokerOptions>>().Value;
        configurator.Host(options.Host, options.Port, options.VirtualHost, host =>
        {
            host.Username(options.Username);
            host.Password(options.ReadPassword());
        });
        configurator.ConfigureEndpoints(context);
    }

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

public static class CheckedOptions
{
    /// <summary>Binds a section and has it validated at start; what is wrong is named by its environment variable.</summary>
    public static void AddCheckedOptions<T>(this IServiceCollection services, string section)
        where T : class, new() => services.AddSingleton<IValidateOptions<T>>(new NamedByVariable<T>(section))
            .AddOptions<T>().BindConfiguration(section).ValidateOnStart();

    private sealed class NamedByVariable<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            List<System.ComponentModel.DataAnnotations.ValidationResult> results = [];
            bool isValid = System.ComponentModel.DataAnnotations.Validator.TryValidateObject(
                options, new System.ComponentModel.DataAnnotations.ValidationContext(options), results, validateAllProperties: true);
            return isValid ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(results.Select(result =>
                $"PLUMBLINE_{section.ToUpperInvariant()}__{result.MemberNames.FirstOrDefault()?.ToUpperInvariant()}: {result.ErrorMessage}"));
        }
    }
}
