namespace Plumbline.DataPlanes.Nftables;

/// <summary>
/// The nftables rules that depend neither on the Services nor on the cluster's addresses. Saved from kube-proxy 1.36.2;
/// those that only <see cref="Plumbline.Contracts.NftablesDialect.V135"/> has, from 1.30.5.
/// </summary>
internal static class NftablesText
{
    /// <summary>Base chains, the same from 1.33.6 to 1.36, and the checks before translation.</summary>
    public const string BaseChains =
        """
        	chain filter-prerouting-pre-dnat {
        		type filter hook prerouting priority dstnat - 10; policy accept;
        		ct state new jump firewall-check
        	}

        	chain filter-output-pre-dnat {
        		type filter hook output priority -110; policy accept;
        		ct state new jump firewall-check
        	}

        	chain filter-input {
        		type filter hook input priority filter; policy accept;
        		ct state new jump nodeport-endpoints-check
        		ct state new jump service-endpoints-check
        	}

        	chain filter-forward {
        		type filter hook forward priority filter; policy accept;
        		ct state new jump service-endpoints-check
        		ct state new jump cluster-ips-check
        	}

        	chain filter-output {
        		type filter hook output priority filter; policy accept;
        		ct state new jump service-endpoints-check
        		ct state new jump cluster-ips-check
        	}

        	chain nat-prerouting {
        		type nat hook prerouting priority dstnat; policy accept;
        		jump services
        	}

        	chain nat-output {
        		type nat hook output priority -100; policy accept;
        		jump services
        	}

        	chain nat-postrouting {
        		type nat hook postrouting priority srcnat; policy accept;
        		jump masquerading
        	}

        	chain nodeport-endpoints-check {
        		ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports
        	}

        	chain service-endpoints-check {
        		ip daddr . meta l4proto . th dport vmap @no-endpoint-services
        	}

        	chain firewall-check {
        		ip daddr . meta l4proto . th dport vmap @firewall-ips
        	}

        """;

    /// <summary>Marked packets, and those of a pod that reaches itself, get the node's address.</summary>
    public const string MasqueradingV136 =
        """
        	chain masquerading {
        		meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random
        		ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random
        	}

        """;

    /// <summary>Marked packets get the node's address; the endpoints' chains mark a pod that reaches itself.</summary>
    public const string MasqueradingV135 =
        """
        	chain masquerading {
        		meta mark & 0x00004000 == 0x00000000 return
        		meta mark set meta mark ^ 0x00004000
        		masquerade fully-random
        	}

        """;

    /// <summary>Until 1.35 marking is a chain to jump to.</summary>
    public const string MarkForMasquerade =
        """
        	chain mark-for-masquerade {
        		meta mark set meta mark | 0x00004000
        	}

        """;

    /// <summary>Where packets to a Service without endpoints go.</summary>
    public const string RejectChain =
        """
        	chain reject-chain {
        		comment "helper for @no-endpoint-services / @no-endpoint-nodeports"
        		reject
        	}

        """;
}
