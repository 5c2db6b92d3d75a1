using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Lab;

/// <summary>
/// Names and addresses of one lab node: three network namespaces in a row, as a pod, a node and the pods behind a Service.
/// <code>
///   client ── eth0 ═ client0 ── node ── endpoints0 ═ eth0 ── endpoints
/// </code>
/// Each data plane of an experiment has a node of its own. Everything follows from the experiment's id and the data plane,
/// so that the worker that writes the rules and the worker that measures agree without talking about it.
/// </summary>
public sealed record LabNode
{
    /// <summary>Every namespace of every lab is named so; found again and removed by it.</summary>
    public const string NamePrefix = "plumbline-";

    public const string EndpointsSuffix = "-endpoints";

    public const string ClientDevice = "eth0";
    public const string EndpointsDevice = "eth0";
    public const string NodeClientDevice = "client0";
    public const string NodeEndpointsDevice = "endpoints0";

    /// <summary>Cluster addresses as in the saved rulesets: Services, and pods of which the upper half are clients.</summary>
    public static readonly KubeProxyNetwork Network = new() { ServiceCidr = "10.96.0.0/12", PodCidr = "10.244.0.0/16", NodeIp = "10.200.0.2" };

    public const string EndpointsCidr = "10.244.0.0/17";
    public const string ClientsCidr = "10.244.128.0/17";

    /// <summary>First endpoint; the others follow it.</summary>
    public static readonly uint FirstEndpointIp = Ipv4.Parse("10.244.0.11");

    /// <summary>First source address of the client, and how many it may use.</summary>
    public static readonly uint FirstClientIp = Ipv4.Parse("10.244.128.1");
    public const int ClientIps = 32_766;

    public const int EndpointPort = 7001;
    public const int ServicePort = 7000;

    /// <summary>Largest number of endpoints that a Service may have.</summary>
    public const int MaxEndpoints = 1_000;

    public static readonly PhysicalAddress ClientMac = PhysicalAddress.Parse("02-50-4C-00-00-01");
    public static readonly PhysicalAddress NodeClientMac = PhysicalAddress.Parse("02-50-4C-00-00-02");
    public static readonly PhysicalAddress NodeEndpointsMac = PhysicalAddress.Parse("02-50-4C-00-00-03");
    public static readonly PhysicalAddress EndpointsMac = PhysicalAddress.Parse("02-50-4C-00-00-04");

    /// <summary>The last of the eight device numbers that an experiment has.</summary>
    private const int NumberOfEmptyChains = 7;

    private LabNode(Guid experimentId, DataPlane dataPlane, string purpose, int number)
    {
        string name = ExperimentPrefix(experimentId) + purpose;
        DataPlane = dataPlane;
        Client = new NetworkNamespace(name + "-client");
        Node = new NetworkNamespace(name + "-node");
        Endpoints = new NetworkNamespace(name + EndpointsSuffix);

        // Device numbers are per namespace and small; a large one of its own keeps the probe's first test cheap and sharp.
        IngressIndex = 1_000_000 + (int)(BitConverter.ToUInt32(experimentId.ToByteArray()) % 1_000_000 * 8) + number;
    }

    public DataPlane DataPlane { get; }

    public NetworkNamespace Client { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace Endpoints { get; }

    /// <summary>Interface index of the node's device on the client's side.</summary>
    public int IngressIndex { get; }

    public IReadOnlyList<NetworkNamespace> Namespaces => [Client, Node, Endpoints];

    public static LabNode Of(Guid experimentId, DataPlane dataPlane) => new(experimentId, dataPlane, dataPlane.Name, KnownDataPlanes.Of(dataPlane).Number % NumberOfEmptyChains);

    /// <summary>A node beside the experiment's others, for finding what the function probe costs.</summary>
    public static LabNode OfEmptyChains(Guid experimentId) => new(experimentId, DataPlane.NoRules, "empty-chains", NumberOfEmptyChains);

    /// <summary>What the names of all the experiment's namespaces begin with.</summary>
    public static string ExperimentPrefix(Guid experimentId) => $"{NamePrefix}{experimentId.ToString("N")[..8]}-";
}
