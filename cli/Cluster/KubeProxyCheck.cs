using k8s;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.NodeProbe;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plumbline.Cli.Cluster;

/// <summary>
/// Checks kube-proxy's configured mode and its pods, where kubeadm puts them. Only the nodes' rules show which mode is
/// in force.
/// </summary>
internal sealed class KubeProxyCheck(ApiServer api) : IClusterCheck
{
    private const string Namespace = "kube-system";
    private const string Name = "kube-proxy";
    private const string Settings = "config.conf";
    private const string Selector = "k8s-app=kube-proxy";

    public string What => "kube-proxy";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token) =>
        [await CheckModeAsync(token), await CheckPodsAsync(token)];

    /// <summary>The mode in kube-proxy's settings. Empty when they name none.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    private static string ModeIn(string settings)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(settings));
        return stream.Documents is [{ RootNode: YamlMappingNode root }, ..]
            && root.Children.TryGetValue("mode", out YamlNode? mode)
                ? ((YamlScalarNode)mode).Value ?? ""
                : "";
    }

    private async Task<Finding> CheckModeAsync(CancellationToken token)
    {
        const string what = "kube-proxy mode";
        string? settings = await FindSettingsAsync(token);
        if (settings is null)
        {
            return new Finding(
                what,
                FindingLevel.Absent,
                $"no ConfigMap {Namespace}/{Name} with {Settings}; kube-proxy is missing or set up in another way; "
                + "see the nodes' rules");
        }

        try
        {
            string mode = ModeIn(settings);
            return mode.Length == 0 ? new Finding(what, FindingLevel.Good, "iptables (the default)")
                : WireNames.TryParse(mode, out ProxyMode _) ? new Finding(what, FindingLevel.Good, mode)
                : new Finding(
                    what,
                    FindingLevel.Blocking,
                    $"{mode} cannot be measured",
                    $"set it to {string.Join(" or ", WireNames.Of<ProxyMode>())}");
        }
        catch (YamlException exception)
        {
            return new Finding(
                what,
                FindingLevel.Limited,
                $"{Settings} of ConfigMap {Namespace}/{Name} cannot be read: {exception.Message}");
        }
    }

    private async Task<string?> FindSettingsAsync(CancellationToken token)
    {
        try
        {
            V1ConfigMap map = await api.CallAsync(
                $"read ConfigMap {Namespace}/{Name}",
                (client, attempt) => client.CoreV1.ReadNamespacedConfigMapAsync(
                    Name, Namespace, cancellationToken: attempt),
                token);
            return map.Data?.TryGetValue(Settings, out string? settings) == true ? settings : null;
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task<Finding> CheckPodsAsync(CancellationToken token)
    {
        const string what = "kube-proxy pods";
        IReadOnlyList<V1Pod> pods = await ClusterPods.ListAsync(api, Selector, token);
        if (pods.Count == 0)
        {
            return new Finding(
                what,
                FindingLevel.Absent,
                $"no pod has the label {Selector}; kube-proxy is missing or runs outside the cluster; "
                + "see the nodes' rules");
        }

        string versions = string.Join(
            ", ",
            pods.SelectMany(pod => pod.Spec.Containers)
                .Select(each => each.Image.Split('/')[^1])
                .Distinct()
                .Order(StringComparer.Ordinal));
        V1Pod[] unready = [.. pods.Where(pod => !ClusterPods.IsReady(pod))];
        string detail = $"{pods.Count - unready.Length} of {pods.Count} are ready; {versions}";
        return unready.Length == 0
            ? new Finding(what, FindingLevel.Good, detail)
            : new Finding(
                what,
                FindingLevel.Limited,
                $"{detail}; {string.Join("; ", unready.Select(ClusterPods.Trouble))}",
                "until a pod is ready, its node's rules may be out of date");
    }
}
