using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>What a step was on one node of a cluster.</summary>
internal sealed class NodeStepRow
{
    public required string ExperimentId { get; init; }

    public required long Step { get; init; }

    public required long Run { get; init; }

    public required string Node { get; init; }

    public required string SourcePrefix { get; init; }

    public required string EndpointIp { get; init; }

    public required long EndpointPort { get; init; }

    public required string ServiceNamespace { get; init; }

    public required string DataPlane { get; init; }

    public required long Services { get; init; }

    public required long Rules { get; init; }

    public required long AllRules { get; init; }

    public required long ProgrammingNs { get; init; }

    public string? KubeProxyMode { get; init; }

    public string? KubeProxyVersion { get; init; }

    public long? KubeProxySyncs { get; init; }

    public double? KubeProxySyncSeconds { get; init; }

    public double? KubeProxyLastSyncUnixSeconds { get; init; }

    /// <summary>A JSON array of strings.</summary>
    public required string RemarksJson { get; init; }

    public static IEnumerable<NodeStepRow> Of(ServicesScaled scaled) => scaled.Nodes.Select(node => new NodeStepRow
    {
        ExperimentId = scaled.ExperimentId.ToString(),
        Step = scaled.Step,
        Run = scaled.Run,
        Node = node.Node.Name,
        SourcePrefix = node.Node.SourcePrefix,
        EndpointIp = node.Node.EndpointIp,
        EndpointPort = node.Node.EndpointPort,
        ServiceNamespace = node.Node.ServiceNamespace,
        DataPlane = node.DataPlane.WireName(),
        // A step has one number of Services, whatever is made of them.
        Services = scaled.DataPlanes.Select(each => each.Services).DefaultIfEmpty().Max(),
        Rules = node.Rules,
        AllRules = node.AllRules,
        ProgrammingNs = node.ProgrammingNs,
        KubeProxyMode = node.KubeProxy?.Mode,
        KubeProxyVersion = node.KubeProxy?.Version,
        KubeProxySyncs = node.KubeProxy?.Syncs,
        KubeProxySyncSeconds = node.KubeProxy?.SyncSeconds,
        KubeProxyLastSyncUnixSeconds = node.KubeProxy?.LastSyncUnixSeconds,
        RemarksJson = JsonSerializer.Serialize(node.Remarks),
    });

    public ScaledNode ScaledNode() => new()
    {
        Place = new MeasuredNode
        {
            Node = Node,
            SourcePrefix = SourcePrefix,
            EndpointIp = EndpointIp,
            EndpointPort = (int)EndpointPort,
            ServiceNamespace = ServiceNamespace,
        },
        DataPlane = WireNames.Parse<DataPlane>(DataPlane),
        Rules = (int)Rules,
        AllRules = (int)AllRules,
        ProgrammingNs = ProgrammingNs,
        KubeProxy = KubeProxy(),
        Remarks = JsonSerializer.Deserialize<string[]>(RemarksJson)!,
    };

    /// <summary>One that told nothing is as good as none.</summary>
    private KubeProxyReading? KubeProxy()
    {
        KubeProxyReading reading = new()
        {
            Mode = KubeProxyMode,
            Version = KubeProxyVersion,
            Syncs = KubeProxySyncs,
            SyncSeconds = KubeProxySyncSeconds,
            LastSyncUnixSeconds = KubeProxyLastSyncUnixSeconds,
        };
        return reading == new KubeProxyReading() ? null : reading;
    }
}
