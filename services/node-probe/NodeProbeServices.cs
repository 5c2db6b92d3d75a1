using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plumbline.Hosting;
using Plumbline.NodeProbe.Cluster;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;
using Plumbline.Paths.Lab;

namespace Plumbline.NodeProbe;

public static class NodeProbeServices
{
    /// <summary>The roles of this worker's pod entries: trials, and <see cref="SentinelCheck"/>.</summary>
    private static readonly string s_roles = $"o{SentinelCheck.Role}";

    /// <summary>Registers the consumers on the bus, for lab nodes of this machine.</summary>
    public static void AddNodeProbeForLab(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton(WorkerNode.Lab);
        bus.TryAddSingleton<INodeAccess, LabNodeAccess>();
        bus.AddNodeProbe();
    }

    /// <summary>
    /// Registers the settings. Also registers, ahead of the bus, what must run before trials arrive: removing what an
    /// earlier process left on the node.
    /// </summary>
    internal static void AddNodeProbeSettings(this IServiceCollection services, string? node)
    {
        services.AddCheckedOptions<ProbeOptions>(ProbeOptions.Section);
        if (node is not null)
        {
            services.AddClusterNode(
                node, s_roles, provider => provider.GetRequiredService<IOptions<ProbeOptions>>().Value.KubeProxyPort);
        }
    }

    /// <param name="node">The name of the cluster's node that the process runs on; null in the lab.</param>
    internal static void AddNodeProbe(this IBusRegistrationConfigurator bus, string? node)
    {
        if (node is null)
        {
            bus.AddNodeProbeForLab();
        }
        else
        {
            bus.AddNodeProbeForNode();
        }
    }

    private static void AddNodeProbeForNode(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<NodeQuestionsConsumer, NodeQuestionsConsumerDefinition>();
        bus.AddNodeProbe();
    }

    private static void AddNodeProbe(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<MeasureTrialConsumer, MeasureTrialConsumerDefinition>();
        bus.AddConsumer<DescribeNodeConsumer, DescribeNodeConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<TrialRunner>();
        bus.TryAddSingleton<TrialAnswers>();
        bus.TryAddSingleton<OneWayMethod>();
    }
}
