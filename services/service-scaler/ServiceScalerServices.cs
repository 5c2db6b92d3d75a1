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
    /// <summary>Registers the service scaler's consumer on the bus, on lab nodes of this machine.</summary>
    public static void AddServiceScalerForLab(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ScaleStepConsumer, ScaleStepConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton<RemovedExperiments>();
        bus.TryAddSingleton<LabServiceCluster>();
        bus.TryAddSingleton<IServiceCluster>(services => services.GetRequiredService<LabServiceCluster>());
    }

    /// <summary>The same in a Kubernetes cluster.</summary>
    public static void AddServiceScalerForCluster(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ScaleStepConsumer, ScaleStepConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton<RemovedExperiments>();
        bus.TryAddSingleton<IServiceCluster, KubernetesServiceCluster>();
    }

    /// <param name="target">As <see cref="ScalerOptions.Target"/> has it.</param>
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

    /// <summary>What the target needs beside the consumer; nothing for a target that there is not, which the settings' check names.</summary>
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
        services.AddSingleton(provider => ClusterPlace.Of(Options(provider)));
        services.AddSingleton(provider => new EchoEndpoints(
            provider.GetRequiredService<ClusterPlace>().EchoNamespace, Options(provider).EchoSelector, Options(provider).EchoPort));
        services.AddSingleton<LeaseTerms>();
        services.AddSingleton<RulesPatience>();
        services.AddSingleton<RulesAwaiter>();
        services.AddSingleton<ProxyModeSwitch>();
        services.AddSingleton<INodeRules>(provider => new NodeProbeRules(provider.GetRequiredService<IBus>().CreateClientFactory()));
        services.AddSingleton<Func<object, CancellationToken, Task>>(
            provider => (progress, token) => provider.GetRequiredService<IBus>().Publish(progress, token));
        services.AddSingleton<ReportPeriod>();
        services.AddSingleton<ProgressReports>();
        services.AddSingleton<LeaseKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseKeeper>());
    }

    private static ClusterOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
}
