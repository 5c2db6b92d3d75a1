using Plumbline.DataPlanes;

namespace Plumbline.Paths.Tests;

public sealed class Targets_specs
{
    [Theory]
    [InlineData(Position.First, 0)]
    [InlineData(Position.P25, 25)]
    [InlineData(Position.Median, 50)]
    [InlineData(Position.P75, 75)]
    [InlineData(Position.Last, 100)]
    public void A_position_is_a_rule_by_its_order(Position position, int index) =>
        Assert.Equal(index, Choose(Rules(101), position, ServiceProtocol.Udp).Rule!.Index);

    [Fact]
    public void Only_rules_of_targets_and_of_the_trials_protocol_are_chosen_the_nearest_to_the_position()
    {
        ServiceRuleSet rules = Rules(101, rule => rule.Index switch
        {
            100 => rule with { Name = "dummy-00100" },
            99 => rule with { Protocol = ServiceProtocol.Tcp },
            _ => rule,
        });

        Assert.Equal(98, Choose(rules, Position.Last, ServiceProtocol.Udp).Rule!.Index);
        Assert.Equal(99, Choose(rules, Position.First, ServiceProtocol.Tcp).Rule!.Index);
    }

    [Fact]
    public void Random_draws_from_all_targets_and_from_no_dummy()
    {
        ServiceRuleSet rules = Rules(50, rule => rule.Index % 2 == 0 ? rule : rule with { Name = "dummy-00001" });

        uint[] drawn = Choose(rules, Position.Random, ServiceProtocol.Udp).DrawIpv4(5_000, new Random(1));

        Assert.Equal(
            rules.Rules.Where(rule => rule.Index % 2 == 0).Select(rule => rule.ClusterIp),
            drawn.Distinct().Order());
    }

    [Fact]
    public void Rules_without_any_target_are_refused() => Assert.Throws<InvalidOperationException>(
        () => Choose(Rules(3, rule => rule with { Name = "somebody-elses" }), Position.First, ServiceProtocol.Udp));

    [Fact]
    public void Random_targets_have_one_port_which_most_rules_have_and_tell_between_which_rules_they_lie()
    {
        ServiceRuleSet rules =
            Rules(10, rule => rule with { Port = rule.Index is 2 or 4 or 7 ? 7_001 : 8_000 + rule.Index });

        Targets targets = Choose(rules, Position.Random, ServiceProtocol.Udp);

        Assert.Equal((7_001, (2, 7), 3), (targets.Port!.Value, targets.Range!.Value, targets.Ips.Count));
    }

    [Fact]
    public void On_a_clusters_node_only_the_experiments_own_namespace_is_aimed_at_and_any_of_its_ports()
    {
        MeasuredNode node = new()
        {
            Name = "node-1",
            SourcePrefix = "10.244.1.128/26",
            EndpointIp = "10.244.1.11",
            EndpointPort = 7001,
            ServiceNamespace = "ours",
        };
        ServiceRuleSet rules = Rules(9, rule => rule.Index switch
        {
            6 => rule with { Namespace = "ours" },
            7 => rule with { Namespace = "ours", Port = 7_002 },
            _ => rule,
        });

        Targets last = ClusterIpPath.Instance.Choose(rules, Position.Last, ServiceProtocol.Udp, node);

        Assert.Equal((7, 7_002, "10.96.0.17:7002/udp"), (last.Rule!.Index, last.Port, last.Description));
    }

    [Fact]
    public void The_last_rule_is_aimed_at_whatever_its_port()
    {
        ServiceRuleSet rules = Rules(9, rule => rule.Index > 6 ? rule with { Port = 7_001 } : rule);

        Targets last = Choose(rules, Position.Last, ServiceProtocol.Udp);

        Assert.Equal((8, 7_001), (last.Rule!.Index, last.Port));
    }

    private static Targets Choose(ServiceRuleSet rules, Position position, ServiceProtocol protocol) =>
        ClusterIpPath.Instance.Choose(rules, position, protocol, node: null);

    private static ServiceRuleSet Rules(int count, Func<ServiceRule, ServiceRule>? change = null) =>
        new([.. Enumerable.Range(0, count)
            .Select(i => new ServiceRule(i, 0x0A60000A + (uint)i, 7_000, ServiceProtocol.Udp, "lab", $"target-{i:D5}"))
            .Select(rule => change?.Invoke(rule) ?? rule)]);
}
