using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>kube-proxy's nftables mode: one lookup in a verdict map.</summary>
public sealed class NftablesPlane : IDataPlane
{
    /// <summary>
    /// So many Services carry the anonymous map that kube-proxy writes: loading takes the kernel a time that grows with
    /// the number of maps times the number of rules. These are the Services that a trial may aim at.
    /// </summary>
    public const int MostAnonymousMaps = 1_000;

    public DataPlane Name { get; } = new("nftables");

    public ProxyMode? Mode => ProxyMode.Nftables;

    public RuleFunction? EvaluatedBy => RuleFunction.NftDoChain;

    public IReadOnlyList<(string Tool, string Package)> Tools { get; } = [("nft", "nftables")];

    public bool HasDialects => true;

    public bool IsConstantByDesign => true;

    public int Number => 3;

    public PlaneStyle Style { get; } = new("#007a5a", "#4fd1a5", PlaneDash.Dot, PlaneMarker.Triangle, 4, IsFilled: true);

    public RulesInput Write(RulesRequest request)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        NftablesRules.WriteNft(writer, request.Ports, request.Network, request.Dialect, port => ServiceNames.IsTarget(port.Name));
        return new RulesInput("nft", ["-f", "-"], writer.ToString());
    }

    public int MostTargets(int services, int portsPerService) => MostAnonymousMaps / portsPerService;

    public async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        using StringReader reader = new(await Tool.RunAsync(node, "nft", ["-j", .. List("service-ips")], token: token));
        return ServiceRuleReader.FromNftables(reader);
    }

    public async Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token)
    {
        using StringReader reader = new(await Tool.RunAsync(node, "nft", List("service-ips"), token: token));
        return ServiceRuleText.FindElement(reader, rule);
    }

    public async Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token) => RefusingRules.Count(
        await NotThere.OrAsync(() => Tool.RunAsync(node, "nft", List("no-endpoint-services"), token: token), ""), serviceNamespace);

    public async Task<int?> DetectAsync(NetworkNamespace node, CancellationToken token) =>
        (await NftTables.ListAsync(node, token)).Contains("table ip kube-proxy")
            ? await NotThere.OrAsync<int?>(async () => (await ReadAsync(node, token)).Count, null)
            : null;

    public Task<string?> FindObstacleAsync(CancellationToken token) => Task.FromResult<string?>(null);

    private static string[] List(string map) => ["list", "map", "ip", "kube-proxy", map];
}
