using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Hosting;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;
using Plumbline.Trials.Lab;

namespace Plumbline.RttProbe;

public static class RttProbeServices
{
    /// <summary>Registers the round-trip probe's consumer on the bus, for lab nodes of this machine.</summary>
    public static void AddRttProbeForLab(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<MeasureTrialConsumer, MeasureTrialConsumerDefinition>();
        bus.AddExperimentCancellation();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<INodeAccess, LabNodeAccess>();
        bus.TryAddSingleton<TrialRunner>();
        bus.TryAddSingleton<TrialAnswers>();
        bus.TryAddSingleton<RoundTripMethod>();
        bus.TryAddSingleton<GrpcMethod>();
    }
}
