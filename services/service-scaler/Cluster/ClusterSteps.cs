using Microsoft.Extensions.DependencyInjection;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

public static class ClusterSteps
{
    /// <summary>
    /// Registers all parts of <see cref="KubernetesServiceCluster"/>. They need an <see cref="ApiServer"/>, the
    /// settings, the endpoints, a clock, the three patience records, <see cref="INodeQuestions"/> and a function that
    /// publishes progress.
    /// </summary>
    public static void AddClusterSteps(this IServiceCollection services)
    {
        services.AddSingleton<ExperimentNamespace>();
        services.AddSingleton<ServiceReconciler>();
        services.AddSingleton<KubeProxySwitch>();
        services.AddSingleton<ClusterLease>();
        services.AddSingleton<Leftovers>();

        services.AddSingleton<ProgressReports>();
        services.AddSingleton<LeaseClaim>();
        services.AddSingleton<LeftoverSweep>();
        services.AddSingleton<LeaseKeeper>();

        services.AddSingleton<StepPermissions>();
        services.AddSingleton<StepAddresses>();
        services.AddSingleton<ProxyModeAwaiter>();
        services.AddSingleton<ProxyModeSwitch>();
        services.AddSingleton<StepDataPlane>();
        services.AddSingleton<StepNote>();
        services.AddSingleton<RulesAwaiter>();
        services.AddSingleton<StepServices>();
        services.AddSingleton<StepSetup>();
        services.AddSingleton<LeasedStep>();

        services.AddSingleton<NamespaceRemoval>();
        services.AddSingleton<KubeProxyReturn>();
        services.AddSingleton<ExperimentRemoval>();
        services.AddSingleton<KubernetesServiceCluster>();
    }
}
