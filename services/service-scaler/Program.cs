using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Hosting;
using Plumbline.ServiceScaler;
using Plumbline.ServiceScaler.Cluster;

if (args is [MakeSecretsCommand.Name, .. string[] namespaces])
{
    return await MakeSecretsCommand.RunAsync(namespaces);
}

return await WorkerHost.RunAsync(
    "service-scaler",
    args,
    (services, configuration) =>
    {
        services.AddCheckedOptions<ScalerOptions>(ScalerOptions.Section);
        services.AddServiceScalerTarget(TargetOf(configuration));
    },
    (bus, configuration) => bus.AddServiceScaler(TargetOf(configuration)));

// Read before the settings are checked, because it decides what is registered.
static string TargetOf(IConfiguration configuration) =>
    configuration.GetSection(ScalerOptions.Section)[nameof(ScalerOptions.Target)] ?? ScalerOptions.Lab;
