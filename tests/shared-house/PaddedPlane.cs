using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>One chain of nf_tables: first the padding that the cell asks for, then a rule for each Service.</summary>
internal sealed partial class PaddedPlane : IDataPlane
{
    private const string Table = "ip padded";
    private const string PaddingRule = "ip daddr 192.0.2.1 udp dport 9 return";

    private static readonly string[] s_listRules = ["list", "chain", .. Table.Split(' '), "services"];

    public DataPlane Name { get; } = new("padded");

    public ProxyMode? Mode => null;

    public RuleFunction? EvaluatedBy => RuleFunction.NftDoChain;

    public IReadOnlyList<(string Tool, string Package)> Tools { get; } = [("nft", "nftables")];

    public bool HasDialects => false;

    public int Number => 4;

    public PlaneStyle Style { get; } = new("#cc79a7", "#e9a8cc", PlaneDash.Solid, PlaneMarker.Diamond, 6);

    public RulesInput? Write(RulesRequest request)
    {
        int padding = int.Parse(request.Cell[TestOnly.Padding] ?? "0", CultureInfo.InvariantCulture);
        IEnumerable<string> lines =
        [
            $"add table {Table}",
            $"delete table {Table}",
            $"table {Table} {{",
            "chain services {",
            .. Enumerable.Repeat(PaddingRule, padding),
            .. request.Ports.Select(port => $"ip daddr {Ipv4.Format(port.ClusterIp)} {port.Protocol.WireName()}"
                + $" dport {port.Port} dnat to {port.Endpoints[0]} comment \"{port.Namespace}/{port.Name}\""),
            "}",
            "chain prerouting { type nat hook prerouting priority dstnat; jump services; }",
            "}",
        ];
        return new RulesInput("nft", ["-f", "-"], string.Join('\n', lines) + "\n");
    }

    public int MostTargets(int services, int portsPerService) => services;

    public async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token) =>
        new([.. Rule().Matches(await ListAsync(node, token)).Select((match, index) => Parse(match, index))]);

    public async Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token) =>
        Rule().Matches(await ListAsync(node, token))
            .FirstOrDefault(match => Parse(match, rule.Index) == rule)?.Value;

    public string FoundBy(int index) => $"rule {index + 1} behind the padding";

    public Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token) =>
        Task.FromResult(0);

    public async Task<Detection?> DetectAsync(NetworkNamespace node, CancellationToken token) =>
        await NftTables.HasAsync(node, Table, token)
            ? new Detection(Name, (await ReadAsync(node, token)).Count)
            : null;

    public Task<KernelCheck?> CheckKernelAsync(CancellationToken token) => Task.FromResult<KernelCheck?>(null);

    /// <summary>Rules of padding that the node's kernel holds.</summary>
    public static async Task<int> CountPaddingAsync(NetworkNamespace node, CancellationToken token) =>
        (await ListAsync(node, token)).Split('\n').Count(line => line.Trim() == PaddingRule);

    private static Task<string> ListAsync(NetworkNamespace node, CancellationToken token) =>
        Tool.RunAsync(node, "nft", s_listRules, token: token);

    private static ServiceRule Parse(Match match, int index) => new(
        index,
        Ipv4.Parse(match.Groups["ip"].Value),
        int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture),
        WireNames.Parse<ServiceProtocol>(match.Groups["protocol"].Value),
        match.Groups["namespace"].Value,
        match.Groups["name"].Value);

    [GeneratedRegex(
        @"ip daddr (?<ip>\S+) (?<protocol>\S+) dport (?<port>\d+) dnat to \S+"
            + @" comment ""(?<namespace>[^/]+)/(?<name>[^""]+)""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Rule();
}
