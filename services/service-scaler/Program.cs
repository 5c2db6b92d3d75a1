using Microsoft.Extensions.DependencyInjection;
using Plumbline.Hosting;
using Plumbline.Lab;
using Plumbline.ServiceScaler;
using Plumbline.ServiceScaler.Lab;

return await WorkerHost.RunAsync(
    "service-scaler",
    args,
    (services, _) =>
    {
        services.AddCheckedOptions<LabOptions>(LabOptions.Section);
        services.AddSingleton<ILabEndpoints, EchoWorkerProcess>();
        services.AddHostedService<LabHolder>();
    },
    (bus, _) => bus.AddServiceScalerForLab());
