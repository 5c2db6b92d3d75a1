namespace Plumbline.DataPlanes.Iptables;

/// <summary>The iptables rules that do not depend on the Services. Saved from kube-proxy 1.36.2.</summary>
internal static class IptablesText
{
    public const string Commit = "COMMIT\n";

    public const string Mangle =
        """
        *mangle
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT

        """;

    /// <summary>
    /// kube-proxy 1.36 counts invalid packets in its first KUBE-FORWARD rule with
    /// <c>-m nfacct --nfacct-name ct_state_invalid_dropped_pkts</c>. That match needs a kernel object that does not
    /// exist here, so the rule lacks it. The kernel evaluates it only for packets in state INVALID.
    /// </summary>
    public const string FilterStart =
        $"""
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A INPUT {New} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT {New} -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD {New} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD {New} -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD {New} -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -j KUBE-FIREWALL
        -A OUTPUT {New} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT {New} -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 {FromLocalnet} {Unknown} -j DROP
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" {Established} -j ACCEPT

        """;

    public const string NatChains =
        """
        *nat
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-SERVICES - [0:0]

        """;

    public const string NatRules =
        $"""
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "{Snat}" -j MASQUERADE --random-fully

        """;

    public const string NodePortsRule =
        "-A KUBE-SERVICES -m comment"
        + " --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this chain\""
        + " -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n";

    private const string Snat = "kubernetes service traffic requiring SNAT";
    private const string Established = "-m conntrack --ctstate RELATED,ESTABLISHED";
    private const string Unknown = "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT";
    private const string New = "-m conntrack --ctstate NEW";
    private const string FromLocalnet = "-m comment --comment \"block incoming localnet connections\"";
}
