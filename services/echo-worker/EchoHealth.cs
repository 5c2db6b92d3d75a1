using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Plumbline.EchoWorker;

/// <summary>Healthy while both gRPC and the UDP echo serve.</summary>
internal sealed class EchoHealth(UdpEcho udp, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check() =>
        !lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Unhealthy("gRPC is not started yet")
        : lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping")
        : !udp.IsServing ? HealthCheckResult.Unhealthy("the UDP echo has ended")
        : HealthCheckResult.Healthy();
}
