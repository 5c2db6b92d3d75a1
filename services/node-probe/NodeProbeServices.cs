using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Hosting;
using Plumbline.Trials;
using Plumbline.Trials.Lab;

namespace Plumbline.NodeProbe;

public static class NodeProbeServices
{
    /// <summary>Registers the node probe's consumer on the bus, for lab nodes of this machine.</summary>
    public static void AddNodeProbeForLab(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<MeasureTrialConsumer, MeasureTrialConsumerDefinition>();
        bus.AddConsumer<DescribeNodeConsumer>().Endpoint(endpoint => endpoint.Name = "node-probe-description");
        bus.AddExperimentCancellation();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<INodeAccess, LabNodeAccess>();
        bus.TryAddSingleton<TrialRunner>();
        bus.TryAddSingleton<TrialAnswers>();
        bus.TryAddSingleton<OneWayMethod>();
    }
}
