using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Plumbline.Scheduler;

public static class SchedulerServices
{
    /// <summary>Registers the scheduler's consumer on the bus. The host chooses the <see cref="IExperimentStore"/>.</summary>
    public static void AddScheduler(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ExperimentConsumer, ExperimentConsumerDefinition>();
        bus.TryAddSingleton(TimeProvider.System);
    }
}
