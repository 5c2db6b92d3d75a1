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
        Leftovers all = new(api, lease);
        string[] leftovers =
        [
            .. (await all.FindAsync(token)).Select(each => $"namespace {each.Metadata.Name}"),
            .. await all.FindChangeAsync(token) is { } experiment ? [$"kube-proxy's mode, changed by experiment {experiment:N}"] : Array.Empty<string>(),
        ];
        return
        [
            Told(await lease.StandingAsync(token)),
            leftovers.Length == 0
                ? new Finding("leftovers", FindingLevel.Good, "none")
                : new Finding("leftovers", FindingLevel.Limited, $"of earlier experiments: {string.Join(", ", leftovers)}", Remedy),
        ];
    }

    private Finding Told(LeaseStanding standing)
    {
        string who = standing.Holder?.ToString() ?? standing.Identity;
        string heard = standing.SinceRenewal is { } since ? string.Create(CultureInfo.InvariantCulture, $"last heard of {since.TotalSeconds:F0} s ago") : "never heard of";
        return standing.Identity.Length == 0 ? new Finding(What, FindingLevel.Good, "nobody has the cluster")
            : standing.IsHeld ? new Finding(What, FindingLevel.Good, $"{who} has the cluster; {heard}")
            : new Finding(What, FindingLevel.Limited, $"{who} had the cluster and did not give it back; {heard}", $"if its service scaler does not come back: {Remedy}");
    }
}
