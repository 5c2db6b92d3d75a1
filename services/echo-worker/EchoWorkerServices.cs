using Microsoft.Extensions.DependencyInjection;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;

namespace Plumbline.EchoWorker;

public static class EchoWorkerServices
{
    /// <summary>Runs the echo worker in this process, as the endpoint of the lab nodes' Services.</summary>
    public static void AddEchoWorkerForLab(this IServiceCollection services) =>
        services.AddSingleton<ILabEndpoints, LabEchoEndpoints>();
}
