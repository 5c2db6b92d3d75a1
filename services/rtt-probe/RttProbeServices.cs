using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;
using Plumbline.Paths.Lab;

namespace Plumbline.RttProbe;

public static class RttProbeServices
{
    private const string Role = "r";

    /// <summary>Registers the consumer on the bus, for lab nodes of this machine.</summary>
    public static void AddRttProbeForLab(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton(WorkerNode.Lab);
        bus.TryAddSingleton<INodeAccess, LabNodeAccess>();
        bus.AddRttProbe();
    }

    /// <summary>
    /// Registers the settings. Also registers, ahead of the bus, what must run before trials arrive: removing what an
    /// earlier process left on the node.
    /// </summary>
    internal static void AddRttProbeSettings(this IServiceCollection services, string? node)
    {
        services.AddCheckedOptions<ProbeOptions>(ProbeOptions.Section);
        if (node is not null)
        {
            services.AddClusterNode(
                node, Role, provider => provider.GetRequiredService<IOptions<ProbeOptions>>().Value.KubeProxyPort);
        }
    }

    /// <param name="node">The name of the cluster's node that the process runs on; null in the lab.</param>
    internal static void AddRttProbe(this IBusRegistrationConfigurator bus, string? node)
    {
        if (node is null)
        {
            bus.AddRttProbeForLab();
        }
        else
        {
            bus.AddRttProbe();
        }
    }

    private static void AddRttProbe(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<MeasureTrialConsumer, MeasureTrialConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<TrialRunner>();
        bus.TryAddSingleton<TrialAnswers>();
        bus.TryAddSingleton<RoundTripMethod>();
        bus.TryAddSingleton<GrpcMethod>();
    }
}
