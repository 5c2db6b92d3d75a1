using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plumbline.Cluster;
using Plumbline.Hosting;
using Plumbline.Paths.Lab;
using Plumbline.ServiceScaler.Cluster;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.ServiceScaler;

public static class ServiceScalerServices
{
    /// <summary>Registers the service scaler's consumer on the bus, for lab nodes on this machine.</summary>
    public static void AddServiceScalerForLab(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ScaleStepConsumer, ScaleStepConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton<RemovedExperiments>();
        bus.TryAddSingleton<LabServiceCluster>();
        bus.TryAddSingleton<IServiceCluster>(services => services.GetRequiredService<LabServiceCluster>());
    }

    /// <summary>The same for a Kubernetes cluster.</summary>
    public static void AddServiceScalerForCluster(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ScaleStepConsumer, ScaleStepConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton<RemovedExperiments>();
        bus.TryAddSingleton<IServiceCluster>(services => services.GetRequiredService<KubernetesServiceCluster>());
    }

    /// <param name="bus">Where the consumer is registered.</param>
    /// <param name="target">A value of <see cref="ScalerOptions.Target"/>.</param>
    internal static void AddServiceScaler(this IBusRegistrationConfigurator bus, string target)
    {
        if (target == ScalerOptions.Cluster)
        {
            bus.AddServiceScalerForCluster();
        }
        else
        {
            bus.AddServiceScalerForLab();
        }
    }

    /// <summary>
    /// Registers what the target needs beside the consumer. Ignores an unknown target, which the settings' check
    /// reports.
    /// </summary>
    internal static void AddServiceScalerTarget(this IServiceCollection services, string target)
    {
        switch (target)
        {
            case ScalerOptions.Lab:
                services.AddCheckedOptions<LabOptions>(LabOptions.Section);
                services.AddSingleton<ILabEndpoints, EchoWorkerProcess>();
                services.AddHostedService<LabHolder>();
                break;
            case ScalerOptions.Cluster:
                services.AddCheckedOptions<ClusterOptions>(ClusterOptions.Section);
                services.AddCluster();
                break;
        }
    }

    private static void AddCluster(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<ApiServerHealth>("api-server");
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ApiServer.Connect(Options(provider).KubeConfig));
        services.AddSingleton(provider => ClusterSettings.Of(Options(provider)));
        services.AddSingleton(provider => new EchoEndpoints(
            provider.GetRequiredService<ClusterSettings>().EchoNamespace,
            Options(provider).EchoSelector,
            Options(provider).EchoPort));
        services.AddSingleton<LeaseTerms>();
        services.AddSingleton<RulesPatience>();
        services.AddSingleton<ReportPeriod>();
        services.AddSingleton<INodeQuestions>(
            provider => new NodeQuestions(provider.GetRequiredService<IBus>().CreateClientFactory()));
        services.AddSingleton<Func<object, CancellationToken, Task>>(
            provider => (progress, token) => provider.GetRequiredService<IBus>().Publish(progress, token));
        services.AddClusterSteps();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseKeeper>());
    }

    private static ClusterOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
}
