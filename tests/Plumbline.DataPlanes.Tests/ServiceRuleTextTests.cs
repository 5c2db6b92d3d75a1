using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Tests;

public sealed class ServiceRuleTextTests
{
    private const string Rules =
        """
        -N KUBE-SERVICES
        -A KUBE-SERVICES -d 10.96.10.1/32 -p udp -m comment --comment "lat/a:udp cluster IP" -m udp --dport 7000 -j KUBE-SVC-UDP
        -A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment "lat/a:old cluster IP" -m tcp --dport 70 -j KUBE-SVC-OLD
        -A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment "lat/a:tcp cluster IP" -m tcp --dport 7000 -j KUBE-SVC-TCP
        """;

    private const string Map =
        """
        table ip kube-proxy {
        	map service-ips {
        		type ipv4_addr . inet_proto . inet_service : verdict
        		comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"
        		elements = { 110.96.10.1 . tcp . 7000 : goto service-OTHER-lat/b/tcp/tcp, 10.96.10.1 . udp . 7000 : goto service-UDP-lat/a/udp/udp,
        			     10.96.10.1 . tcp . 7000 : goto service-TCP-lat/a/tcp/tcp }
        	}
        }
        """;

    private static readonly ServiceRule s_rule = new(2, Ipv4.Parse("10.96.10.1"), 7000, ServiceProtocol.Tcp, "lat", "a");

    [Fact]
    public void A_rule_of_iptables_is_found_by_address_protocol_and_port() => Assert.EndsWith(
        "-j KUBE-SVC-TCP", Find(Rules, DataPlane.IptablesNft, s_rule), StringComparison.Ordinal);

    [Fact]
    public void The_last_element_of_a_map_is_given_without_the_brace_after_it() => Assert.Equal(
        "10.96.10.1 . tcp . 7000 : goto service-TCP-lat/a/tcp/tcp", Find(Map, DataPlane.Nftables, s_rule));

    [Fact]
    public void An_address_that_only_ends_alike_is_another() => Assert.Null(
        Find(Map, DataPlane.Nftables, s_rule with { ClusterIp = Ipv4.Parse("0.96.10.1") }));

    [Theory]
    [InlineData(Rules, DataPlane.IptablesLegacy)]
    [InlineData(Map, DataPlane.Nftables)]
    public void A_rule_that_is_not_there_is_not_found(string listing, DataPlane dataPlane) =>
        Assert.Null(Find(listing, dataPlane, s_rule with { Port = 7001 }));

    private static string? Find(string listing, DataPlane dataPlane, ServiceRule rule) => ServiceRuleText.Find(new StringReader(listing), dataPlane, rule);
}
