using Plumbline.DataPlanes;
using Plumbline.Paths;

namespace Plumbline.Trials.Tests;

public sealed class Targets_specs
{
    [Theory]
    [InlineData(Position.First, 0)]
    [InlineData(Position.P25, 25)]
    [InlineData(Position.Median, 50)]
    [InlineData(Position.P75, 75)]
    [InlineData(Position.Last, 100)]
    public void A_position_is_a_place_in_the_order_of_the_rules(Position position, int index) =>
        Assert.Equal(index, Targets.Choose(Rules(101), position, ServiceProtocol.Udp).Rule!.Index);

    [Fact]
    public void Only_rules_of_targets_and_of_the_probes_protocol_are_chosen_the_nearest_to_the_place()
    {
        ServiceRuleSet rules = Rules(101, rule => rule.Index switch
        {
            100 => rule with { Name = "dummy-00100" },
            99 => rule with { Protocol = ServiceProtocol.Tcp },
            _ => rule,
        });

        Assert.Equal(98, Targets.Choose(rules, Position.Last, ServiceProtocol.Udp).Rule!.Index);
        Assert.Equal(99, Targets.Choose(rules, Position.First, ServiceProtocol.Tcp).Rule!.Index);
    }

    [Fact]
    public void Random_draws_from_all_targets_and_from_no_dummy()
    {
        ServiceRuleSet rules = Rules(50, rule => rule.Index % 2 == 0 ? rule : rule with { Name = "dummy-00001" });

        uint[] drawn = Targets.Choose(rules, Position.Random, ServiceProtocol.Udp).Draw(5_000, new Random(1));

        Assert.Equal(rules.Rules.Where(rule => rule.Index % 2 == 0).Select(rule => rule.ClusterIp), drawn.Distinct().Order());
    }

    [Fact]
    public void Rules_without_any_target_are_refused() => Assert.Throws<InvalidOperationException>(
        () => Targets.Choose(Rules(3, rule => rule with { Name = "somebody-elses" }), Position.First, ServiceProtocol.Udp));

    [Fact]
    public void Nothing_moved_between_two_equal_readings() =>
        Assert.All(Enum.GetValues<Position>().Where(position => position != Position.None),
            position => Assert.Null(Targets.Choose(Rules(9), position, ServiceProtocol.Udp).MovedBetween(Rules(9), Rules(9))));

    [Fact]
    public void A_rule_more_or_less_is_a_move() =>
        Assert.Contains("9 Service rules before and 8 after", Targets.Choose(Rules(9), Position.First, ServiceProtocol.Udp).MovedBetween(Rules(9), Rules(8)), StringComparison.Ordinal);

    [Fact]
    public void Two_rules_that_changed_places_are_a_move_for_random_targets_and_for_either_of_them()
    {
        ServiceRuleSet swapped = Rules(9, rule => rule.Index switch
        {
            0 => rule with { ClusterIp = rule.ClusterIp + 8 },
            8 => rule with { ClusterIp = rule.ClusterIp - 8 },
            _ => rule,
        });

        Assert.NotNull(Targets.Choose(Rules(9), Position.First, ServiceProtocol.Udp).MovedBetween(Rules(9), swapped));
        Assert.NotNull(Targets.Choose(Rules(9), Position.Last, ServiceProtocol.Udp).MovedBetween(Rules(9), swapped));
        Assert.NotNull(Targets.Choose(Rules(9), Position.Random, ServiceProtocol.Udp).MovedBetween(Rules(9), swapped));
        Assert.Null(Targets.Choose(Rules(9), Position.Median, ServiceProtocol.Udp).MovedBetween(Rules(9), swapped));
    }

    private static ServiceRuleSet Rules(int count, Func<ServiceRule, ServiceRule>? change = null) =>
        new([.. Enumerable.Range(0, count)
            .Select(i => new ServiceRule(i, 0x0A60000A + (uint)i, 7_000, ServiceProtocol.Udp, "lab", $"target-{i:D5}"))
            .Select(rule => change?.Invoke(rule) ?? rule)]);
}
