using System.Globalization;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Who has the cluster, and what others have left in it.</summary>
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
    /// The renewal's age comes from two machines' clocks, so it is a hint. The cleanup judges by renewals that it sees.
    /// </summary>
    private Finding Describe(LeaseReading lease)
    {
        if (lease.IsFree)
        {
            return new Finding(What, FindingLevel.Good, "nobody has the cluster");
        }

        TimeSpan age = lease.RenewTime is { } renewed ? TimeProvider.System.GetUtcNow() - renewed : TimeSpan.MaxValue;
        string heard = lease.RenewTime is null
            ? "its Lease was never renewed"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its Lease was renewed {Math.Max(0, age.TotalSeconds):F0} s ago, if both machines' clocks agree");
        return age <= lease.Duration
            ? new Finding(What, FindingLevel.Good, $"{lease.Name} has the cluster; {heard}")
            : new Finding(
                What,
                FindingLevel.Limited,
                $"{lease.Name} has the cluster and may be dead; {heard}",
                $"if its service scaler does not come back: {Remedy}");
    }
}
