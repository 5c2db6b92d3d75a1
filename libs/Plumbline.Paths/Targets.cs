using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths.Cluster;

namespace Plumbline.Paths;

/// <summary>The Services a trial's packets are sent to.</summary>
public sealed record Targets
{
    /// <summary>The one target's rule; null when every packet draws its own, or in the baseline arm.</summary>
    public required ServiceRule? Rule { get; init; }

    /// <summary>Addresses to send to, in host byte order; each packet draws one.</summary>
    public required IReadOnlyList<uint> Ips { get; init; }

    /// <summary>In words, for the results.</summary>
    public string Description => Rule is { } rule
        ? $"{Ipv4.Format(rule.ClusterIp)}:{rule.Port}/{rule.Protocol.WireName()}"
        : Ips.Count == 1 ? Ipv4.Format(Ips[0]) : $"random over {Ips.Count} Services";

    /// <summary>
    /// Chooses by the order of the rules in the kernel: among the rules of that protocol of Services that may be measured,
    /// the one nearest to the wished-for place. Pure.
    /// </summary>
    /// <param name="serviceNamespace">Of the Services that may be measured; null where all rules are the experiment's.</param>
    /// <exception cref="InvalidOperationException">No Service of that protocol may be measured.</exception>
    public static Targets Choose(ServiceRuleSet rules, Position position, ServiceProtocol protocol, string? serviceNamespace = null)
    {
        ServiceRule[] eligible =
        [
            .. rules.Rules.Where(rule => rule.Protocol == protocol && ServiceNames.IsTarget(rule.Name)
                && (serviceNamespace is null || (rule.Namespace == serviceNamespace && rule.Port == ClusterNodeAccess.ServicePort))),
        ];
        if (eligible.Length == 0)
        {
            throw new InvalidOperationException(
                $"none of the {rules.Count} Service rules is a {protocol.WireName()} rule of a Service that may be measured");
        }

        if (position == Position.Random)
        {
            return new Targets { Rule = null, Ips = [.. eligible.Select(rule => rule.ClusterIp)] };
        }

        double place = Quantile(position) * (rules.Count - 1);
        ServiceRule nearest = eligible.MinBy(rule => Math.Abs(rule.Index - place))!;
        return new Targets { Rule = nearest, Ips = [nearest.ClusterIp] };
    }

    /// <summary>The endpoint itself, for the baseline arm.</summary>
    public static Targets Endpoint(uint ip) => new() { Rule = null, Ips = [ip] };

    /// <summary>One address for each of <paramref name="packets"/> packets.</summary>
    public uint[] Draw(int packets, Random random)
    {
        uint[] destinations = new uint[packets];
        for (int i = 0; i < packets; i++)
        {
            destinations[i] = Ips.Count == 1 ? Ips[0] : Ips[random.Next(Ips.Count)];
        }

        return destinations;
    }

    /// <summary>What moved between two readings of the rules that matters to these targets; null when nothing did.</summary>
    public string? MovedBetween(ServiceRuleSet before, ServiceRuleSet after)
    {
        if (before.Count != after.Count)
        {
            return $"there were {before.Count} Service rules before and {after.Count} after";
        }

        if (Rule is null)
        {
            return before.Rules.SequenceEqual(after.Rules) ? null : "Service rules changed their order";
        }

        ServiceRule? found = after.Rules.FirstOrDefault(rule =>
            rule.ClusterIp == Rule.ClusterIp && rule.Port == Rule.Port && rule.Protocol == Rule.Protocol);
        return found is null ? $"the rule of {Description} is gone"
            : found.Index != Rule.Index ? $"the rule of {Description} was at {Rule.Index} before and at {found.Index} after"
            : null;
    }

    private static double Quantile(Position position) => position switch
    {
        Position.First => 0,
        Position.P25 => 0.25,
        Position.Median => 0.5,
        Position.P75 => 0.75,
        Position.Last => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(position), position, "is not a place in the rules"),
    };
}
