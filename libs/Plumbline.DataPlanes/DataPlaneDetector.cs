using System.Text.RegularExpressions;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Sees what a node's kernel has of kube-proxy. Changes nothing.</summary>
public static partial class DataPlaneDetector
{
    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    /// <exception cref="FormatException">A tool printed a Service rule that cannot be read.</exception>
    public static async Task<KernelRuleCounts> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        List<(DataPlane, int)> planes = [];
        bool hasDialect = false;
        foreach (IDataPlane plane in KnownDataPlanes.WithRules)
        {
            if (await plane.DetectAsync(node, token) is { } rules)
            {
                planes.Add((plane.Name, rules));
                hasDialect |= plane.HasDialects && rules > 0;
            }
        }

        return new KernelRuleCounts
        {
            Planes = planes,
            Dialect = hasDialect ? DialectOf(await Tool.RunAsync(node, "nft", ["list", "table", "ip", "kube-proxy"], token: token)) : null,
            Ipvs = (await NodeFiles.ReadProcAsync(node, "ip_vs")).Count(line => VirtualService().IsMatch(line)),
        };
    }

    /// <summary>
    /// Told by what a Service's chain does with a packet: <c>dnat … numgen … map</c> itself, or <c>numgen … vmap</c> to a chain
    /// of each endpoint.
    /// </summary>
    /// <param name="table">As nft prints the table kube-proxy.</param>
    public static NftablesDialect? DialectOf(string table) =>
        TranslatesItself().IsMatch(table) ? NftablesDialect.V136
        : LeadsToEndpoint().IsMatch(table) ? NftablesDialect.V135
        : null;

    [GeneratedRegex(@"^\t\t(meta l4proto \S+ )?dnat ip to numgen random mod \d+ map", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TranslatesItself();

    [GeneratedRegex(@"^\t\tnumgen random mod \d+ vmap", RegexOptions.Multiline)]
    private static partial Regex LeadsToEndpoint();

    /// <summary>A line such as <c>TCP  0A600001:01BB rr</c>.</summary>
    [GeneratedRegex("^(TCP|UDP|SCTP|FWM) ", RegexOptions.ExplicitCapture)]
    private static partial Regex VirtualService();
}
