using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>
/// Names and addresses of one node that is a network namespace, with its pods in another:
/// <code>
///   pods (eth0) ═ pods0 ── node ── eth0 ═ (nodeN) fabric, which joins all nodes
/// </code>
/// </summary>
/// <param name="Number">From 1.</param>
/// <param name="Prefix">Prefix of the namespaces' names; different for each cluster.</param>
internal sealed record KubeNode(int Number, string Prefix)
{
    /// <summary>The same on all nodes.</summary>
    public const string ClusterCidr = "10.244.0.0/16";

    /// <summary>
    /// The node's device to its pods. The pods' device, and the node's device to the other nodes, is <see
    /// cref="Device"/>.
    /// </summary>
    public const string PodsDevice = "pods0";

    public const string Device = "eth0";

    /// <summary>The Node object's name.</summary>
    public string Name => $"node-{Number}";

    /// <summary>The node's namespace, with kube-proxy's rules.</summary>
    public NetworkNamespace Namespace => new($"{Prefix}-node-{Number}");

    /// <summary>The pods' namespace. A test may run an echo worker there.</summary>
    public NetworkNamespace Pods => new($"{Prefix}-pods-{Number}");

    /// <summary>The node's own address.</summary>
    public string Address => $"10.200.{Number}.2";

    public string FabricAddress => $"10.200.{Number}.1";

    public string FabricDevice => $"node{Number}";

    /// <summary>Only <see cref="EchoAddress"/> in it is taken.</summary>
    public string PodCidr => $"10.244.{Number}.0/24";

    /// <summary>Address of the pod of the node's echo worker.</summary>
    public string EchoAddress => $"10.244.{Number}.11";
}
