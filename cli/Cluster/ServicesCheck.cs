using System.Globalization;
using k8s;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Counts the cluster's Services and the addresses of its Service range.</summary>
internal sealed class ServicesCheck(ApiServer api) : IClusterCheck
{
    private const string Headless = "headless";

    public string What => "Services";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        IReadOnlyList<V1Service> services = await Pages.ListAsync<V1ServiceList, V1Service>(
            api,
            "Services",
            (client, next, size, attempt) => client.CoreV1.ListServiceForAllNamespacesAsync(
                limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        V1Service[] ofExperiments =
            [.. services.Where(each => each.Metadata.Labels?.ContainsKey(ClusterNames.ExperimentLabel) == true)];
        V1Service[] others = [.. services.Except(ofExperiments)];
        string kinds = string.Join(
            ", ",
            others.GroupBy(KindOf)
                .OrderByDescending(kind => kind.Count())
                .ThenBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => $"{Number(kind.Count())} {kind.Key}"));
        string experiments = ofExperiments.Length == 0 ? "" : $", and {Number(ofExperiments.Length)} of experiments";
        string ports = Number(services.Where(HasAddress).Sum(each => each.Spec.Ports?.Count ?? 0));
        Finding found = new(What, FindingLevel.Good, $"{kinds}{experiments}; {ports} ports have rules");
        return [found, await CheckRangeAsync(services.Count(HasAddress), token)];
    }

    private static bool HasAddress(V1Service service) =>
        service.Spec.ClusterIP is { Length: > 0 } address && address != "None";

    private static string KindOf(V1Service service) =>
        service.Spec.ClusterIP == "None" ? Headless : service.Spec.Type ?? "ClusterIP";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task<Finding> CheckRangeAsync(int taken, CancellationToken token)
    {
        const string what = "Service range";
        IReadOnlyList<string> cidrs = await ServiceAddresses.FindCidrsAsync(api, token);
        return cidrs.Count == 0
            ? new Finding(
                what,
                FindingLevel.Absent,
                "the cluster does not show its range; a step fails if the range becomes full")
            : new Finding(
                what,
                FindingLevel.Good,
                $"{string.Join(", ", cidrs)} has {Number(ServiceCidrs.Addresses(cidrs))} addresses; "
                + $"{Number(taken)} are taken");
    }
}
