using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Paths;

/// <summary>The Services that a trial's packets are sent to.</summary>
public sealed record Targets
{
    /// <summary>The one target's rule; null in a baseline, and when every packet draws its own.</summary>
    public required ServiceRule? Rule { get; init; }

    /// <summary>Addresses to send to. Each packet draws one.</summary>
    public required IReadOnlyList<IpAddress> Ips { get; init; }

    /// <summary>The port to send to, the same for all; null for the endpoint itself.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Index of the first and of the last rule that packets draw from; null for one target or none.
    /// </summary>
    public (int First, int Last)? Range { get; init; }

    /// <summary>In words, for the results.</summary>
    public string Description => Rule is { } rule
        ? $"{Ips[0]}:{rule.Port}/{rule.Protocol.WireName()}"
        : Ips.Count switch { 0 => "none", 1 => $"{Ips[0]}", _ => $"random over {Ips.Count} Services" };

    /// <summary>For a trial that sends nothing.</summary>
    public static readonly Targets None = new() { Rule = null, Ips = [] };

    /// <summary>
    /// Chooses the rule nearest to a position; all of one port for <see cref="Position.Random"/>. Pure.
    /// </summary>
    /// <param name="eligible">The rules to choose from in their order, at least one.</param>
    /// <param name="count">Number of all rules in the kernel, in whose order the position is.</param>
    /// <param name="destinationOf">The address that reaches a rule on the path.</param>
    internal static Targets Choose(
        IReadOnlyList<ServiceRule> eligible, Position position, int count, Func<ServiceRule, IpAddress> destinationOf)
    {
        if (position == Position.Random)
        {
            // All packets of a trial have one destination port: here the one that most rules have.
            ServiceRule[] drawn = [.. eligible.GroupBy(rule => rule.Port).MaxBy(port => port.Count())!];
            return new Targets
            {
                Rule = null,
                Ips = [.. drawn.Select(destinationOf)],
                Port = drawn[0].Port,
                Range = (drawn[0].Index, drawn[^1].Index),
            };
        }

        double place = Quantile(position) * (count - 1);
        ServiceRule nearest = eligible.MinBy(rule => Math.Abs(rule.Index - place))!;
        return new Targets { Rule = nearest, Ips = [destinationOf(nearest)], Port = nearest.Port };
    }

    /// <summary>The endpoint itself, for a baseline.</summary>
    public static Targets Endpoint(IpAddress ip) => new() { Rule = null, Ips = [ip] };

    /// <summary>Draws one address for each of <paramref name="packets"/> packets.</summary>
    public IpAddress[] Draw(int packets, Random random)
    {
        IpAddress[] destinations = new IpAddress[packets];
        for (int i = 0; i < packets; i++)
        {
            destinations[i] = Ips.Count == 1 ? Ips[0] : Ips[random.Next(Ips.Count)];
        }

        return destinations;
    }

    /// <summary>
    /// Draws like <see cref="Draw"/>, for writers of IPv4 packets: numbers in host byte order, four bytes each.
    /// </summary>
    public uint[] DrawIpv4(int packets, Random random) => Array.ConvertAll(Draw(packets, random), ip => ip.Ipv4Number);

    private static double Quantile(Position position) => position switch
    {
        Position.First => 0,
        Position.P25 => 0.25,
        Position.Median => 0.5,
        Position.P75 => 0.75,
        Position.Last => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(position), position, "is not a position in the rules"),
    };
}
