using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;

namespace Plumbline.Paths.Lab;

/// <summary>
/// Names and addresses of one lab node. It is three network namespaces in a row, for a pod, a node and the pods behind
/// a Service.
/// <code>
///   client ── eth0 ═ client0 ── node ── endpoints0 ═ eth0 ── endpoints
/// </code>
/// Each data plane of an experiment has a node of its own. Everything follows from the experiment's id and the data
/// plane, so the worker that writes the rules and the workers that measure agree without a message.
/// </summary>
public sealed record LabNode
{
    /// <summary>Begins the name of every lab's namespaces. Leftovers are found by it.</summary>
    public const string NamePrefix = "plumbline-";

    public const string EndpointsSuffix = "-endpoints";

    public const string ClientDevice = "eth0";
    public const string EndpointsDevice = "eth0";
    public const string NodeClientDevice = "client0";
    public const string NodeEndpointsDevice = "endpoints0";

    public const string EndpointsCidr = "10.244.0.0/17";
    public const string ClientsCidr = "10.244.128.0/17";

    /// <summary>Number of source addresses that the client may use.</summary>
    public const int ClientIps = 32_766;

    public const int EndpointPort = 7001;
    public const int ServicePort = 7000;

    /// <summary>Largest number of endpoints that a Service may have.</summary>
    public const int MaxEndpoints = 1_000;

    /// <summary>
    /// Device numbers of an experiment: one for each data plane, and the last for the nodes beside these.
    /// </summary>
    private const int NumbersPerExperiment = 8;
    private const int NumberOfEmptyChains = NumbersPerExperiment - 1;
    private const int NumberOfControl = NumberOfEmptyChains - 1;

    /// <summary>
    /// Cluster addresses as in the saved rulesets: Services, and pods. The upper half of the pods are clients.
    /// </summary>
    public static readonly KubeProxyNetwork Network =
        new() { ServiceCidr = "10.96.0.0/12", PodCidr = "10.244.0.0/16", NodeIp = "10.200.0.2" };

    /// <summary>First endpoint; the others follow it.</summary>
    public static readonly uint FirstEndpointIp = Ipv4.Parse("10.244.0.11");

    /// <summary>First source address of the client.</summary>
    public static readonly uint FirstClientIp = Ipv4.Parse("10.244.128.1");

    public static readonly PhysicalAddress ClientMac = PhysicalAddress.Parse("02-50-4C-00-00-01");
    public static readonly PhysicalAddress NodeClientMac = PhysicalAddress.Parse("02-50-4C-00-00-02");
    public static readonly PhysicalAddress NodeEndpointsMac = PhysicalAddress.Parse("02-50-4C-00-00-03");
    public static readonly PhysicalAddress EndpointsMac = PhysicalAddress.Parse("02-50-4C-00-00-04");

    private LabNode(Guid experimentId, DataPlane dataPlane, string purpose, int number)
    {
        string name = ExperimentPrefix(experimentId) + purpose;
        DataPlane = dataPlane;
        Client = new NetworkNamespace(name + "-client");
        Node = new NetworkNamespace(name + "-node");
        Endpoints = new NetworkNamespace(name + EndpointsSuffix);

        // Device numbers are per namespace and usually small. A large unique one lets the stage probe's first test
        // reject nearly all other packets.
        uint experiment = BitConverter.ToUInt32(experimentId.ToByteArray()) % 1_000_000;
        IngressIndex = 1_000_000 + ((int)experiment * NumbersPerExperiment) + number;
    }

    public DataPlane DataPlane { get; }

    public NetworkNamespace Client { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace Endpoints { get; }

    /// <summary>Interface index of the node's device on the client's side.</summary>
    public int IngressIndex { get; }

    public IReadOnlyList<NetworkNamespace> Namespaces => [Client, Node, Endpoints];

    /// <summary>The namespaces by what they are to packets. Only the sender's has tables of ours.</summary>
    public IReadOnlyList<WatchedNamespace> Watched =>
        [new("node", Node), new("endpoint", Endpoints), new("client", Client, OwnTables: NamePrefix)];

    public static LabNode Of(Guid experimentId, DataPlane dataPlane) =>
        new(experimentId, dataPlane, dataPlane.Name, KnownDataPlanes.Of(dataPlane).Number % NumberOfControl);

    /// <summary>A node beside the experiment's others, on which the cost of the function probe is found.</summary>
    public static LabNode OfEmptyChains(Guid experimentId) =>
        new(experimentId, DataPlane.NoRules, "empty-chains", NumberOfEmptyChains);

    /// <summary>A node beside the experiment's others, without rules, for control packets.</summary>
    /// <param name="of">What distinguishes the nodes of a cluster; empty in the lab.</param>
    public static LabNode OfControl(Guid experimentId, string of = "") =>
        new(experimentId, DataPlane.NoRules, "control" + of, NumberOfControl);

    /// <summary>Begins the names of all the experiment's namespaces.</summary>
    public static string ExperimentPrefix(Guid experimentId) => $"{NamePrefix}{experimentId.ToString("N")[..8]}-";
}
