using Microsoft.Extensions.DependencyInjection;
using Plumbline.Hosting;
using Plumbline.Scheduler;
using Plumbline.Scheduler.Intake;

return await WorkerHost.RunAsync(
    "scheduler",
    args,
    (services, configuration) =>
    {
        services.AddPostgres();
        services.AddDurableExperiments(_ => PostgresOptions.Read(configuration));
        services.AddSingleton<RequestAnswers>();
        services.AddHostedService<RequestIntake>();
    },
    (bus, _) => bus.AddScheduler());
