using Plumbline.Contracts;
using Plumbline.DataPlanes.Iptables;
using Plumbline.Linux;

namespace Plumbline.DataPlanes.IptablesLegacy;

/// <summary>ip_tables: <c>ipt_do_table</c> walks the list of rules.</summary>
public sealed class IptablesLegacyPlane() : IptablesPlane("iptables-legacy")
{
    public override RuleFunction? EvaluatedBy => RuleFunction.IptDoTable;

    public override int Number => 1;

    public override PlaneStyle Style { get; } = new("#0072b2", "#5cb8f0", PlaneDash.Solid, PlaneMarker.Circle, 7);

    /// <summary>Waits up to 30 s for the lock of another iptables.</summary>
    protected override IReadOnlyList<string> RestoreArguments { get; } = ["-w", "30"];

    /// <summary>Since Linux 6.17 a distribution may omit the legacy tables. Only a try is a sure way to know.</summary>
    public override async Task<KernelCheck?> CheckKernelAsync(CancellationToken token)
    {
        const string what = "legacy tables";
        if (Tool.Find(ListTool) is null)
        {
            return new KernelCheck(what, $"{ListTool} is missing", $"apt-get install {Tools[0].Package}");
        }

        try
        {
            // Listing creates the table: do so in a namespace that ends with the command.
            await Tool.RunAsync(NetworkNamespace.Own, "unshare", ["--net", ListTool, "-t", "nat", "-S"], token: token);
            return new KernelCheck(what, "the kernel has ip_tables");
        }
        catch (ToolException exception)
        {
            return new KernelCheck(
                what,
                exception.Message,
                $"leave {Name} out of --data-planes, or use a kernel with CONFIG_NETFILTER_XTABLES_LEGACY");
        }
    }

    protected override async Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token) =>
        (await NodeFiles.ReadProcAsync(node, "ip_tables_names")).Contains("nat");
}
