using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes.Nftables;

/// <summary>kube-proxy's nftables mode: one lookup in a verdict map.</summary>
public sealed class NftablesPlane : IDataPlane
{
    /// <summary>
    /// This many Services get the anonymous map that kube-proxy writes, and trials aim at these only. Loading time
    /// grows with the number of maps times the number of rules.
    /// </summary>
    public const int MostAnonymousMaps = 1_000;

    private const string Table = "ip kube-proxy";

    private static readonly string[] s_listTable = ["list", "table", .. Table.Split(' ')];

    public DataPlane Name { get; } = new("nftables");

    public ProxyMode? Mode => ProxyMode.Nftables;

    public RuleFunction? EvaluatedBy => RuleFunction.NftDoChain;

    public IReadOnlyList<(string Tool, string Package)> Tools { get; } = [("nft", "nftables")];

    public bool HasDialects => true;

    public bool IsConstantByDesign => true;

    public int Number => 3;

    public PlaneStyle Style { get; } =
        new("#007a5a", "#4fd1a5", PlaneDash.Dot, PlaneMarker.Triangle, 4, IsFilled: true);

    public RulesInput? Write(RulesRequest request)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        NftablesRules.WriteNft(
            writer, request.Ports, request.Network, request.Dialect, port => ServiceNames.IsTarget(port.Name));
        return new RulesInput("nft", ["-f", "-"], writer.ToString());
    }

    public int MostTargets(int services, int portsPerService) => MostAnonymousMaps / portsPerService;

    public async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token) =>
        NftablesReader.ReadRules(await RunAsync(node, ["-j", .. ListMap(NftablesSets.Services)], token));

    public async Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token) =>
        NftablesReader.FindText(await RunAsync(node, ListMap(NftablesSets.Services), token), rule);

    public string FoundBy(int index) => "by a lookup in a map";

    public async Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token)
    {
        string listing = await NotThere.OrAsync(() => RunAsync(node, ListMap(NftablesSets.Refusing), token), "");
        return NftablesReader.CountRefusing(listing, serviceNamespace);
    }

    public async Task<Detection?> DetectAsync(NetworkNamespace node, CancellationToken token)
    {
        if (!await NftTables.HasAsync(node, Table, token)
            || await NotThere.OrAsync<ServiceRuleSet?>(async () => await ReadAsync(node, token), null) is not { } rules)
        {
            return null;
        }

        return rules.Count == 0
            ? new Detection(Name, 0)
            : new Detection(Name, rules.Count, NftablesReader.DialectOf(await RunAsync(node, s_listTable, token)));
    }

    public Task<KernelCheck?> CheckKernelAsync(CancellationToken token) => Task.FromResult<KernelCheck?>(null);

    private static string[] ListMap(string map) => ["list", "map", .. Table.Split(' '), map];

    private static Task<string> RunAsync(NetworkNamespace node, string[] arguments, CancellationToken token) =>
        Tool.RunAsync(node, "nft", arguments, token: token);
}
