using Microsoft.Extensions.Diagnostics.HealthChecks;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Whether the cluster's API server answers.</summary>
internal sealed class ApiServerHealth(ApiServer api) : IHealthCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            return await api.FindTroubleAsync(patience.Token) is { } trouble
                ? Away(trouble)
                : HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Away($"no answer within {s_patience.TotalSeconds:F0} s");
        }
    }

    private static HealthCheckResult Away(string trouble) =>
        HealthCheckResult.Unhealthy(
            $"PLUMBLINE_CLUSTER__KUBECONFIG: the cluster's API server does not answer: {trouble}");
}
