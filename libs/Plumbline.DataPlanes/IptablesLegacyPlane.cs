using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>ip_tables: <c>ipt_do_table</c> walks the list of rules.</summary>
public sealed class IptablesLegacyPlane() : IptablesPlane("iptables-legacy")
{
    public override DataPlane Name { get; } = new("iptables-legacy");

    public override RuleFunction? EvaluatedBy => RuleFunction.IptDoTable;

    public override IReadOnlyList<(string Tool, string Package)> Tools { get; } = [("iptables-legacy-restore", "iptables")];

    public override int Number => 1;

    public override PlaneStyle Style { get; } = new("#0072b2", "#5cb8f0", PlaneDash.Solid, PlaneMarker.Circle, 7);

    protected override IReadOnlyList<string> RestoreArguments { get; } = ["-w", "30"];

    protected override async Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token) =>
        (await NodeFiles.ReadProcAsync(node, "ip_tables_names")).Contains("nat");
}
