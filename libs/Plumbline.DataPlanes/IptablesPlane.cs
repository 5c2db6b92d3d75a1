using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>kube-proxy's iptables mode, whichever of the two iptables writes its rules.</summary>
public abstract class IptablesPlane(string listTool) : IDataPlane
{
    public abstract DataPlane Name { get; }

    public ProxyMode? Mode => ProxyMode.Iptables;

    public abstract RuleFunction? EvaluatedBy { get; }

    public abstract IReadOnlyList<(string Tool, string Package)> Tools { get; }

    public bool HasDialects => false;

    public abstract int Number { get; }

    public abstract PlaneStyle Style { get; }

    protected abstract IReadOnlyList<string> RestoreArguments { get; }

    public RulesInput Write(RulesRequest request)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        IptablesRules.WriteRestore(writer, request.Ports, request.Network);
        return new RulesInput(Tools[0].Tool, RestoreArguments, writer.ToString());
    }

    public int MostTargets(int services, int portsPerService) => services;

    public async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        using StringReader reader = new(await ListAsync(node, "nat", token));
        return ServiceRuleReader.FromIptables(reader);
    }

    public async Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token)
    {
        using StringReader reader = new(await ListAsync(node, "nat", token));
        return ServiceRuleText.FindLine(reader, rule);
    }

    public async Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token) =>
        RefusingRules.Count(await NotThere.OrAsync(() => ListAsync(node, "filter", token), ""), serviceNamespace);

    public async Task<int?> DetectAsync(NetworkNamespace node, CancellationToken token) => await HasNatTableAsync(node, token)
        ? await NotThere.OrAsync<int?>(async () => (await ReadAsync(node, token)).Count, null)
        : null;

    public virtual Task<string?> FindObstacleAsync(CancellationToken token) => Task.FromResult<string?>(null);

    /// <summary>Asking iptables-legacy for a table makes that table, whose hooks packets then pass: so look for it first.</summary>
    protected abstract Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token);

    private Task<string> ListAsync(NetworkNamespace node, string table, CancellationToken token) =>
        Tool.RunAsync(node, listTool, ["-t", table, "-S", "KUBE-SERVICES"], token: token);
}
