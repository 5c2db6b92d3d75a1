using System.Globalization;
using k8s;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Checks that there are nodes to measure on: ready, with a kernel that is new enough.</summary>
internal sealed class NodesCheck(ApiServer api) : IClusterCheck
{
    private static readonly Version s_oldestKernel = new(5, 17);

    public string What => "nodes";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        IReadOnlyList<V1Node> all = await Pages.ListAsync<V1NodeList, V1Node>(
            api,
            "nodes",
            (client, next, size, attempt) => client.CoreV1.ListNodeAsync(
                limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        V1Node[] nodes = [.. all.Where(each => each.Status?.NodeInfo?.OperatingSystem is null or "linux")];
        string[] unready = [.. nodes.Where(each => !IsReady(each)).Select(each => each.Metadata.Name)];
        string kernels = string.Join(
            ", ",
            nodes.Select(each => each.Status?.NodeInfo?.KernelVersion)
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal));
        string detail = nodes.Length == 0
            ? "there are none"
            : $"{nodes.Length - unready.Length} of {nodes.Length} are ready; Linux {kernels}";
        if (unready.Length == nodes.Length)
        {
            return [new Finding(What, FindingLevel.Blocking, detail, "kubectl get nodes")];
        }

        Finding found = unready.Length == 0
            ? new Finding(What, FindingLevel.Good, detail)
            : new Finding(
                What,
                FindingLevel.Limited,
                $"{detail}; not ready: {string.Join(", ", unready)}",
                "kubectl describe node says why");
        string[] tooOld = [.. nodes.Where(IsTooOld).Select(each => each.Metadata.Name)];
        if (tooOld.Length == 0)
        {
            return [found];
        }

        Finding kernel = new(
            "kernels",
            FindingLevel.Limited,
            $"too old to measure on: {string.Join(", ", tooOld)}",
            $"leave them out of nodes, or run Linux {s_oldestKernel} or newer there");
        return [found, kernel];
    }

    private static bool IsReady(V1Node node) =>
        node.Status?.Conditions?.Any(each => each is { Type: "Ready", Status: "True" }) == true;

    private static bool IsTooOld(V1Node node)
    {
        string[] parts = (node.Status?.NodeInfo?.KernelVersion ?? "").Split('.', '-', '+');
        return parts.Length > 1
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int minor)
            && new Version(major, minor) < s_oldestKernel;
    }
}
