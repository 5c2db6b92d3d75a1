using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Hosting;
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
}
