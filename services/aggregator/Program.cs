using Plumbline.Aggregator;
using Plumbline.Hosting;

return await WorkerHost.RunAsync(
    "aggregator",
    args,
    (services, _) => services.AddPostgres(),
    (bus, configuration) => bus.AddAggregatorOnPostgres(() => PostgresOptions.Read(configuration)));
