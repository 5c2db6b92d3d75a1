using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>
/// Names and addresses of one node that is a network namespace, with its pods in another:
/// <code>
///   pods (eth0) ═ pods0 ── node ── eth0 ═ (nodeN) fabric, which joins all nodes
/// </code>
/// </summary>
/// <param name="Number">From 1.</param>
/// <param name="Prefix">Of the namespaces' names; tells clusters apart.</param>
internal sealed record KubeNode(int Number, string Prefix)
{
    /// <summary>Of all nodes.</summary>
    public const string ClusterCidr = "10.244.0.0/16";

    /// <summary>The node's device towards its pods; theirs, and the node's towards the other nodes, are called <see cref="Device"/>.</summary>
    public const string PodsDevice = "pods0";

    public const string Device = "eth0";

    /// <summary>The Node object's.</summary>
    public string Name => $"node-{Number}";

    /// <summary>The node itself: kube-proxy's rules are in it.</summary>
    public NetworkNamespace Namespace => new($"{Prefix}-node-{Number}");

    /// <summary>Where the node's echo worker answers, if a test has one answer.</summary>
    public NetworkNamespace Pods => new($"{Prefix}-pods-{Number}");

    /// <summary>The node's own address.</summary>
    public string Address => $"10.200.{Number}.2";

    public string FabricAddress => $"10.200.{Number}.1";

    public string FabricDevice => $"node{Number}";

    /// <summary>Only <see cref="EchoAddress"/> of it is taken.</summary>
    public string PodCidr => $"10.244.{Number}.0/24";

    /// <summary>Of the node's echo worker's pod.</summary>
    public string EchoAddress => $"10.244.{Number}.11";
}
