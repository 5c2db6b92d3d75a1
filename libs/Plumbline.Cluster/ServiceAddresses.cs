using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Finds out whether a cluster has enough addresses for the Services.</summary>
public static partial class ServiceAddresses
{
    /// <summary>
    /// The address of a Service that no API server grants: reserved for documentation (RFC 5737), so no cluster uses
    /// it.
    /// </summary>
    private const string NobodysAddress = "192.0.2.1";

    private const string PlaceToAsk = "default";

    /// <returns>Null when they fit, or when the ranges are unknown; else the reason why not.</returns>
    public static async Task<string?> RefusalAsync(
        ApiServer api, Guid experimentId, int services, CancellationToken token)
    {
        IReadOnlyList<string> cidrs = await FindCidrsAsync(api, token);
        return cidrs.Count == 0
            ? null
            : ServiceCidrs.Refusal(cidrs, await TakenAsync(api, experimentId, token), services);
    }

    /// <summary>
    /// The cluster's ranges of addresses for Services. Reads ServiceCIDR objects, which Kubernetes has since 1.33.
    /// Without them asks for an impossible address: the API server's refusal names its range. Empty when neither works.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FindCidrsAsync(ApiServer api, CancellationToken token)
    {
        try
        {
            IReadOnlyList<V1ServiceCIDR> ranges = await Pages.ListAsync<V1ServiceCIDRList, V1ServiceCIDR>(
                api,
                "ServiceCIDRs",
                (client, next, size, attempt) => client.NetworkingV1.ListServiceCIDRAsync(
                    limit: size, continueParameter: next, cancellationToken: attempt),
                token);
            string[] cidrs = [.. ranges.Where(IsInUse).SelectMany(range => range.Spec.Cidrs)];
            if (cidrs.Length > 0)
            {
                return cidrs;
            }
        }
        catch (ApiException exception) when (exception.IsNotToBeHad)
        {
            // The API server is older, or does not let us list them.
        }

        return await AskAsync(api, token) is { } cidr ? [cidr] : [];
    }

    private static bool IsInUse(V1ServiceCIDR range) =>
        range.Metadata.DeletionTimestamp is null
        && range.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "False" }) != true;

    private static async Task<string?> AskAsync(ApiServer api, CancellationToken token)
    {
        V1Service service = new()
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = new V1ObjectMeta { GenerateName = "plumbline-" },
            Spec = new V1ServiceSpec
            {
                ClusterIP = NobodysAddress,
                Ports = [new V1ServicePort { Port = DesiredServices.FirstPort }],
            },
        };
        try
        {
            await api.CallAsync(
                "ask for the Service range",
                (client, attempt) => client.CoreV1.CreateNamespacedServiceAsync(
                    service, PlaceToAsk, dryRun: "All", cancellationToken: attempt),
                token);
            return null;
        }
        catch (ApiException exception) when (exception.Status is { } status)
        {
            Match match = ValidIps().Match(status.Message);
            return match.Success ? match.Groups["cidr"].Value : null;
        }
    }

    private static async Task<int> TakenAsync(ApiServer api, Guid experimentId, CancellationToken token)
    {
        IReadOnlyList<V1Service> all = await Pages.ListAsync<V1ServiceList, V1Service>(
            api,
            "Services of all namespaces",
            (client, next, size, attempt) => client.CoreV1.ListServiceForAllNamespacesAsync(
                limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        string own = ClusterNames.Namespace(experimentId);
        return all.Count(service => service.Metadata.NamespaceProperty != own
            && (service.Spec?.ClusterIPs ?? []).Any(ip => ip.Contains('.', StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"range of valid IPs is (?<cidr>\d+\.\d+\.\d+\.\d+/\d+)")]
    private static partial Regex ValidIps();
}
