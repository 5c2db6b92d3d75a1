using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plumbline.Aggregator;
using Plumbline.Cli.Watching;
using Plumbline.EchoWorker;
using Plumbline.NodeProbe;
using Plumbline.RttProbe;
using Plumbline.Scheduler;
using Plumbline.ServiceScaler;

namespace Plumbline.Cli.Lab;

/// <summary>The pipeline in one process: all its workers, an in-memory bus and an embedded database.</summary>
internal static class LabHost
{
    public static IHost Build(ResultsFolder results, ExperimentEvents events, bool verbose)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.None);
        if (verbose)
        {
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
            builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
                options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        }

        builder.Services.AddSingleton<IExperimentStore, InMemoryExperimentStore>();
        builder.Services.AddSingleton(events);
        builder.Services.AddEchoWorkerForLab();
        builder.Services.AddMassTransit(bus =>
        {
            // MassTransit would send usage data to its makers.
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddScheduler();
            bus.AddServiceScalerForLab();
            bus.AddNodeProbeForLab();
            bus.AddRttProbeForLab();
            bus.AddAggregator(results.Database);
            bus.AddConsumer<ExperimentEventsConsumer>();
            bus.UsingInMemory((context, configurator) => configurator.ConfigureEndpoints(context));
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        return builder.Build();
    }
}
