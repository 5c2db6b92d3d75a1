using k8s;
using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// kube-proxy as kubeadm and kind install it: a DaemonSet that reads its configuration from a ConfigMap. The names are
/// theirs (kubernetes/kubernetes, cmd/kubeadm/app/phases/addons/proxy).
/// </summary>
public static class KubeProxyInstallation
{
    public const string Namespace = "kube-system";

    /// <summary>Name of the DaemonSet and of the ConfigMap.</summary>
    public const string Name = "kube-proxy";

    /// <summary>The ConfigMap's key, and the file's name.</summary>
    public const string ConfigKey = "config.conf";

    public const string WhatInstead =
        "switch kube-proxy's mode as your cluster's manual says, and run one experiment in each mode, without "
            + "proxyModes";

    private const string ConfigFlag = "--config";
    private const string ModeFlag = "--proxy-mode";

    /// <summary>Null when it does not exist.</summary>
    public static async Task<V1DaemonSet?> FindDaemonSetAsync(ApiServer api, CancellationToken token)
    {
        try
        {
            return await api.CallAsync(
                $"read DaemonSet {Namespace}/{Name}",
                (client, attempt) =>
                    client.AppsV1.ReadNamespacedDaemonSetAsync(Name, Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Null when it does not exist.</summary>
    public static async Task<V1ConfigMap?> FindConfigMapAsync(ApiServer api, CancellationToken token)
    {
        try
        {
            return await api.CallAsync(
                $"read ConfigMap {Namespace}/{Name}",
                (client, attempt) =>
                    client.CoreV1.ReadNamespacedConfigMapAsync(Name, Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>The configuration in which the mode can be changed.</summary>
    /// <exception cref="ClusterRefusedException">
    /// The mode cannot be changed in it, or kube-proxy would not read the change.
    /// </exception>
    public static KubeProxyConfig ConfigOf(V1DaemonSet? daemonSet, V1ConfigMap? configMap)
    {
        if (daemonSet is null)
        {
            throw Refusal($"there is no DaemonSet {Namespace}/{Name}");
        }

        if (daemonSet.Spec.UpdateStrategy?.Type == "OnDelete")
        {
            throw Refusal(
                $"DaemonSet {Namespace}/{Name} has the update strategy OnDelete, so it does not restart its pods");
        }

        if (WhyNotRead(daemonSet.Spec.Template.Spec) is { } reason)
        {
            throw Refusal($"DaemonSet {Namespace}/{Name} {reason}");
        }

        if (configMap?.Data?.TryGetValue(ConfigKey, out string? text) != true)
        {
            throw Refusal($"there is no ConfigMap {Namespace}/{Name} with the key {ConfigKey}");
        }

        if (configMap.Immutable == true)
        {
            throw Refusal($"ConfigMap {Namespace}/{Name} is immutable");
        }

        KubeProxyConfig config = Read(text!);
        return config.Mode is null
            ? throw Refusal($"its mode is {config.ModeText}, which Plumbline does not switch")
            : config;
    }

    private static KubeProxyConfig Read(string text)
    {
        try
        {
            return KubeProxyConfig.Read(text);
        }
        catch (FormatException exception)
        {
            throw Refusal($"{ConfigKey} in ConfigMap {Namespace}/{Name} cannot be changed: {exception.Message}");
        }
    }

    /// <summary>
    /// Null when kube-proxy reads the ConfigMap. Then it ignores flags such as --proxy-mode, as its --help says.
    /// </summary>
    private static string? WhyNotRead(V1PodSpec pod)
    {
        (V1Container Container, string? Path)[] all =
            [.. pod.Containers.Select(each => (each, ValueOf(ConfigFlag, each)))];
        if (all.All(each => each.Path is null))
        {
            return all.Select(each => ValueOf(ModeFlag, each.Container))
                .FirstOrDefault(mode => mode is not null) is { } mode
                ? $"sets the mode by the flag {ModeFlag}={mode}, not by a configuration"
                : $"gives kube-proxy no configuration ({ConfigFlag})";
        }

        HashSet<string> volumes =
        [
            .. (pod.Volumes ?? [])
                .Where(each => each.ConfigMap?.Name == Name && each.ConfigMap.Items is null or [])
                .Select(each => each.Name),
        ];
        return all.Any(each => (each.Container.VolumeMounts ?? []).Any(
            mount => volumes.Contains(mount.Name) && each.Path == $"{mount.MountPath.TrimEnd('/')}/{ConfigKey}"))
            ? null
            : $"makes kube-proxy read {string.Join(", ", all.Select(each => each.Path).OfType<string>())}, "
                + $"which is not {ConfigKey} of ConfigMap {Namespace}/{Name}";
    }

    /// <summary>The value in <c>--flag=value</c> or <c>--flag value</c>; null when the flag is missing.</summary>
    private static string? ValueOf(string flag, V1Container container)
    {
        string[] words = [.. container.Command ?? [], .. container.Args ?? []];
        int alone = Array.IndexOf(words, flag);
        return words.FirstOrDefault(each => each.StartsWith($"{flag}=", StringComparison.Ordinal))?[(flag.Length + 1)..]
            ?? (alone >= 0 && alone + 1 < words.Length ? words[alone + 1] : null);
    }

    private static ClusterRefusedException Refusal(string reason) =>
        new($"kube-proxy's mode cannot be switched here: {reason}. Instead, {WhatInstead}");
}
