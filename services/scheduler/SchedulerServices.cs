using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Scheduler.Postgres;

namespace Plumbline.Scheduler;

public static class SchedulerServices
{
    /// <summary>Registers the scheduler's consumer on the bus. The host chooses the <see cref="IExperimentStore"/>.</summary>
    public static void AddScheduler(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ExperimentConsumer, ExperimentConsumerDefinition>();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<ExperimentDriver>();
    }

    /// <summary>
    /// Keeps experiments in PostgreSQL, and has them survive what processes of their own can meet: deadlines, restarts, messages
    /// that were never published. In addition to <see cref="AddScheduler"/>.
    /// </summary>
    /// <param name="connectionString">As Npgsql has it; asked for when the store is first needed.</param>
    public static IServiceCollection AddDurableExperiments(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.AddSingleton<IExperimentStore>(provider => new PostgresExperimentStore(connectionString(provider)));
        return services.AddSchedulerUpkeep();
    }

    /// <summary>Deadlines, restarts and the outbox, for any store. In addition to <see cref="AddScheduler"/>.</summary>
    public static IServiceCollection AddSchedulerUpkeep(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<SchedulerUpkeep>().AddHostedService<SchedulerUpkeepService>();
    }
}
