using Microsoft.Extensions.DependencyInjection;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;

namespace Plumbline.EchoWorker;

public static class EchoWorkerServices
{
    /// <summary>Has the echo worker answer behind the Services of lab nodes, from within this process.</summary>
    public static void AddEchoWorkerForLab(this IServiceCollection services) => services.AddSingleton<ILabEndpoints, LabEchoEndpoints>();
}
