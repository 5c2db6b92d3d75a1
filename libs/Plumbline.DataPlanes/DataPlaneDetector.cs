using System.Text.RegularExpressions;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Finds kube-proxy's rules in a node's kernel. Changes nothing.</summary>
public static partial class DataPlaneDetector
{
    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    /// <exception cref="FormatException">A tool printed a Service rule that cannot be read.</exception>
    public static async Task<KernelRuleCounts> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        List<Detection> found = [];
        foreach (IDataPlane plane in KnownDataPlanes.WithRules)
        {
            if (await plane.DetectAsync(node, token) is { } detection)
            {
                found.Add(detection);
            }
        }

        string[] ipvs = await NodeFiles.ReadProcAsync(node, "ip_vs");
        return new KernelRuleCounts(found, ipvs.Count(line => VirtualService().IsMatch(line)));
    }

    /// <summary>A line such as <c>TCP  0A600001:01BB rr</c>.</summary>
    [GeneratedRegex("^(TCP|UDP|SCTP|FWM) ", RegexOptions.ExplicitCapture)]
    private static partial Regex VirtualService();
}

/// <summary>kube-proxy's rules in a node's kernel.</summary>
/// <param name="Planes">Each data plane whose chains the kernel has.</param>
/// <param name="Ipvs">Virtual services of IPVS.</param>
public sealed record KernelRuleCounts(IReadOnlyList<Detection> Planes, int Ipvs = 0);
