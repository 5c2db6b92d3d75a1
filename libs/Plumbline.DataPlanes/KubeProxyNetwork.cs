namespace Plumbline.DataPlanes;

/// <summary>The cluster's addresses in kube-proxy's rules. Networks as <c>a.b.c.d/n</c>.</summary>
public sealed record KubeProxyNetwork
{
    /// <summary>ClusterIPs come from here. nftables rules drop packets to an unallocated one.</summary>
    public string ServiceCidr { get; init; } = "10.96.0.0/12";

    /// <summary>Pods' addresses. Packets from elsewhere are masqueraded.</summary>
    public string PodCidr { get; init; } = "10.244.0.0/16";

    /// <summary>The node's address that takes NodePort traffic (nftables' <c>nodeport-ips</c>).</summary>
    public required string NodeIp { get; init; }
}
