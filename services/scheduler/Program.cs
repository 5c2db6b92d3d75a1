using Microsoft.Extensions.DependencyInjection;
using Plumbline.Hosting;
using Plumbline.Scheduler;
using Plumbline.Scheduler.Intake;

return await WorkerHost.RunAsync(
    "scheduler",
    args,
    (services, _) =>
    {
        services.AddSingleton<IExperimentStore, InMemoryExperimentStore>();
        services.AddHostedService<RequestIntake>();
    },
    (bus, _) => bus.AddScheduler());
