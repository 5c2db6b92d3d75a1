using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes.Iptables;

/// <summary>kube-proxy's iptables mode; the two iptables keep its rules in different parts of the kernel.</summary>
/// <param name="tool">As <c>iptables-nft</c>, which is the data plane's name too.</param>
public abstract class IptablesPlane(string tool) : IDataPlane
{
    public DataPlane Name { get; } = new(tool);

    public ProxyMode? Mode => ProxyMode.Iptables;

    public abstract RuleFunction? EvaluatedBy { get; }

    public IReadOnlyList<(string Tool, string Package)> Tools { get; } = [($"{tool}-restore", "iptables")];

    public bool HasDialects => false;

    public abstract int Number { get; }

    public abstract PlaneStyle Style { get; }

    protected string ListTool => tool;

    protected virtual IReadOnlyList<string> RestoreArguments => [];

    public RulesInput? Write(RulesRequest request)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        IptablesRules.WriteRestore(writer, request.Ports, request.Network);
        return new RulesInput(Tools[0].Tool, RestoreArguments, writer.ToString());
    }

    public int MostTargets(int services, int portsPerService) => services;

    public async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, CancellationToken token) =>
        IptablesReader.ReadRules(await ListAsync(node, "nat", token));

    public async Task<string?> ReadTextAsync(NetworkNamespace node, ServiceRule rule, CancellationToken token) =>
        IptablesReader.FindText(await ListAsync(node, "nat", token), rule);

    public string FoundBy(int index) => string.Create(CultureInfo.InvariantCulture, $"rule {index + 1:N0}");

    public async Task<int> CountRefusingAsync(NetworkNamespace node, string serviceNamespace, CancellationToken token)
    {
        string listing = await NotThere.OrAsync(() => ListAsync(node, "filter", token), "");
        return IptablesReader.CountRefusing(listing, serviceNamespace);
    }

    public async Task<Detection?> DetectAsync(NetworkNamespace node, CancellationToken token) =>
        await HasNatTableAsync(node, token)
            ? await NotThere.OrAsync<Detection?>(async () => new(Name, (await ReadAsync(node, token)).Count), null)
            : null;

    public virtual Task<KernelCheck?> CheckKernelAsync(CancellationToken token) => Task.FromResult<KernelCheck?>(null);

    /// <summary>iptables-legacy creates the table that it lists, which costs packets time. So look first.</summary>
    protected abstract Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token);

    private Task<string> ListAsync(NetworkNamespace node, string table, CancellationToken token) =>
        Tool.RunAsync(node, tool, ["-t", table, "-S", "KUBE-SERVICES"], token: token);
}
