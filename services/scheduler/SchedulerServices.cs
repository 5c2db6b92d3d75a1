using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Scheduler.Postgres;

namespace Plumbline.Scheduler;

public static class SchedulerServices
{
    /// <summary>Adds the scheduler's consumer to the bus. The host adds an <see cref="IExperimentStore"/>.</summary>
    public static void AddScheduler(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ExperimentConsumer, ExperimentConsumerDefinition>();
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<ExperimentDriver>();
    }

    /// <summary>
    /// Stores experiments in PostgreSQL, so that they survive restarts and lost messages. Use it with
    /// <see cref="AddScheduler"/>.
    /// </summary>
    /// <param name="connectionString">In Npgsql's format. Called when the store is first needed.</param>
    public static IServiceCollection AddDurableExperiments(
        this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.AddSingleton<IExperimentStore>(provider => new PostgresExperimentStore(connectionString(provider)));
        return services.AddSchedulerUpkeep();
    }

    /// <summary>Adds deadlines, restarts and the outbox to any store. Use it with <see cref="AddScheduler"/>.</summary>
    public static IServiceCollection AddSchedulerUpkeep(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<SchedulerUpkeep>().AddHostedService<SchedulerUpkeepService>();
    }
}
