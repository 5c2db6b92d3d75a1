using System.Globalization;
using Plumbline.Contracts;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Makes the API objects of a desired Service, and recognizes existing ones. Pure.</summary>
/// <param name="experimentId">The experiment that owns them.</param>
/// <param name="endpoints">The endpoints of every Service.</param>
/// <param name="endpointPort">They answer on it.</param>
public sealed class ServiceObjects(Guid experimentId, IReadOnlyList<EchoEndpoint> endpoints, int endpointPort)
{
    private const string ClusterIp = "ClusterIP";
    private const string Ipv4 = "IPv4";

    public Guid ExperimentId => experimentId;

    public V1Service Service(DesiredService service) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = Metadata(service),
        Spec = new V1ServiceSpec
        {
            Type = ClusterIp,
            IpFamilies = [Ipv4],
            IpFamilyPolicy = "SingleStack",
            Ports =
            [
                .. service.Ports.Select(port => new V1ServicePort
                {
                    Name = port.Name,
                    Protocol = Protocol(port),
                    Port = port.Port,
                    TargetPort = endpointPort,
                }),
            ],
        },
    };

    /// <summary>
    /// The Service's endpoints. The Service has no selector, so the cluster's controllers make no EndpointSlice of
    /// their own. An EndpointSlice outlives its Service, so both must be removed.
    /// </summary>
    public V1EndpointSlice Slice(DesiredService service)
    {
        V1ObjectMeta metadata = Metadata(service);
        metadata.Labels[ClusterNames.ServiceNameLabel] = service.Name;
        metadata.Labels[ClusterNames.SliceManagedByLabel] = ClusterNames.ManagedBy;
        return new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1",
            Kind = "EndpointSlice",
            Metadata = metadata,
            AddressType = Ipv4,
            Endpoints =
            [
                .. endpoints.Select(endpoint => new V1Endpoint
                {
                    Addresses = [endpoint.Address],
                    Conditions = new V1EndpointConditions { Ready = true },
                    NodeName = endpoint.Node.Length > 0 ? endpoint.Node : null,
                }),
            ],
            Ports =
            [
                .. service.Ports.Select(port => new Discoveryv1EndpointPort
                {
                    Name = port.Name,
                    Protocol = Protocol(port),
                    Port = endpointPort,
                }),
            ],
        };
    }

    /// <summary>
    /// Whether an existing Service is the desired one. Fields that the API server adds do not matter.
    /// </summary>
    public bool Is(V1Service there, DesiredService desired) =>
        there.Metadata.DeletionTimestamp is null
        && HasLabels(there.Metadata, desired)
        && there.Spec is { Type: ClusterIp, ClusterIP: not (null or "" or "None"), Selector: null or { Count: 0 } }
        && there.Spec.Ports.Select(
            port => (port.Name ?? "", port.Protocol, port.Port, port.TargetPort?.ToString() ?? ""))
            .SequenceEqual(desired.Ports.Select(
                port => (port.Name, Protocol(port), port.Port, endpointPort.ToString(CultureInfo.InvariantCulture))));

    public bool Is(V1EndpointSlice there, DesiredService desired) =>
        there.Metadata.DeletionTimestamp is null
        && HasLabels(there.Metadata, desired)
        && there.Metadata.Labels.TryGetValue(ClusterNames.ServiceNameLabel, out string? service)
        && service == desired.Name
        && there.AddressType == Ipv4
        && (there.Endpoints ?? []).All(endpoint => endpoint.Conditions?.Ready == true)
        && (there.Endpoints ?? []).SelectMany(endpoint => endpoint.Addresses)
            .SequenceEqual(endpoints.Select(endpoint => endpoint.Address))
        && (there.Ports ?? []).Select(port => (port.Name, port.Protocol, port.Port))
            .SequenceEqual(desired.Ports.Select(port => (port.Name, Protocol(port), (int?)endpointPort)));

    private V1ObjectMeta Metadata(DesiredService service) => new()
    {
        Name = service.Name,
        NamespaceProperty = ClusterNames.Namespace(experimentId),
        Labels = Labels(service),
    };

    private Dictionary<string, string> Labels(DesiredService service)
    {
        Dictionary<string, string> labels = ClusterNames.Labels(experimentId);
        labels[ClusterNames.BlockLabel] = service.Block.ToString(CultureInfo.InvariantCulture);
        return labels;
    }

    private bool HasLabels(V1ObjectMeta there, DesiredService desired) =>
        Labels(desired).All(
            label => there.Labels?.TryGetValue(label.Key, out string? value) == true && value == label.Value);

    private static string Protocol(DesiredPort port) => port.Protocol == ServiceProtocol.Udp ? "UDP" : "TCP";
}
