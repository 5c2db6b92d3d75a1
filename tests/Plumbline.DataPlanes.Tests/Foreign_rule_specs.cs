
namespace Plumbline.DataPlanes.Tests;

/// <summary>Rules of others that a cluster's packets can meet.</summary>
public sealed class Foreign_rule_specs
{
    [Theory]
    [InlineData("iptables-legacy-restore", SavedRules.IptablesLegacy)]
    [InlineData("iptables-nft-restore", SavedRules.IptablesNft)]
    [InlineData("nft -f -", SavedRules.Nftables136)]
    [InlineData("nft -f -", SavedRules.Nftables130)]
    [Trait("Category", "Kernel")]
    public async Task What_kube_proxy_wrote_is_not_foreign(string load, string saved)
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync(load, SavedRules.ReadLoadable(saved));

        Assert.Equal(new ForeignRules(0, "none"), await ReadAsync(node));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Only_rules_that_a_forwarded_packet_can_reach_count_by_table()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync("nft -f -", SavedRules.ReadLoadable(SavedRules.Nftables136));
        await node.RunAsync("nft -f -", """
            table inet cni {
              chain pods { ip saddr 10.0.0.0/8 accept
                ip saddr { 1.2.3.4, 1.2.3.5 } drop
              }
              chain unused { drop
              }
              chain hosts { type filter hook input priority 0; tcp dport 22 accept
              }
              chain forward { type filter hook forward priority 0; ip version 4 jump pods
              }
            }
            table ip6 six {
              chain forward { type filter hook forward priority 0; drop
              }
            }

            """);
        await node.RunAsync("iptables-legacy-restore", """
            *mangle
            :mine - [0:0]
            :theirs - [0:0]
            -A PREROUTING -p udp -m comment --comment "-j theirs" -j mine
            -A OUTPUT -j theirs
            -A mine -s 1.2.3.4/32 -j RETURN
            -A theirs -s 1.2.3.4/32 -j RETURN
            COMMIT

            """);

        Assert.Equal(new ForeignRules(5, "3 in table inet cni, 2 in legacy table mangle"), await ReadAsync(node));
    }

    private static Task<ForeignRules> ReadAsync(TestNamespace node) =>
        ForeignRules.ReadAsync(node.Namespace, TestContext.Current.CancellationToken);
}
