using System.Globalization;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Shows which experiment holds the cluster, and what earlier ones left there.</summary>
internal sealed class LeaseCheck(ApiServer api) : IClusterCheck
{
    private const string Remedy = "plumbline cleanup --cluster";

    public string What => "Lease";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        ClusterLease lease = new(api, new LeaseTerms(), TimeProvider.System);
        Leftovers all = new(new ExperimentNamespace(api), new KubeProxySwitch(api), lease);
        string[] leftovers =
        [
            .. (await all.FindAsync(token)).Select(each => $"namespace {each.Metadata.Name}"),
            .. await all.FindChangeAsync(token) is { } experiment
                ? [$"kube-proxy's mode, changed by experiment {experiment:N}"]
                : Array.Empty<string>(),
        ];
        return
        [
            Describe(await lease.ReadAsync(token)),
            leftovers.Length == 0
                ? new Finding("leftovers", FindingLevel.Good, "none")
                : new Finding(
                    "leftovers",
                    FindingLevel.Limited,
                    $"of earlier experiments: {string.Join(", ", leftovers)}",
                    Remedy),
        ];
    }

    /// <summary>
    /// The renewal's age compares two machines' clocks, so it is a hint. The cleanup waits for a renewal instead.
    /// </summary>
    private Finding Describe(LeaseReading lease)
    {
        if (lease.IsFree)
        {
            return new Finding(What, FindingLevel.Good, "no experiment holds the cluster");
        }

        TimeSpan age = lease.RenewTime is { } renewed ? TimeProvider.System.GetUtcNow() - renewed : TimeSpan.MaxValue;
        string renewal = lease.RenewTime is null
            ? "its Lease was never renewed"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its Lease was renewed {Math.Max(0, age.TotalSeconds):F0} s ago, if both machines' clocks agree");
        return age <= lease.Duration
            ? new Finding(What, FindingLevel.Good, $"{lease.Name} holds the cluster; {renewal}")
            : new Finding(
                What,
                FindingLevel.Limited,
                $"{lease.Name} holds the cluster and may be dead; {renewal}",
                $"if its service scaler does not come back, run {Remedy}");
    }
}
