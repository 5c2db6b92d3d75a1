using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Installations of kube-proxy that cannot be switched, and what to do instead. Pure.</summary>
public sealed class Proxy_switch_refusal_specs
{
    private const string Begin = "kube-proxy's mode cannot be switched here: ";
    private const string Instead =
        ". Instead, switch kube-proxy's mode as your cluster's manual says, and run one experiment in each mode, "
        + "without proxyModes";

    [Fact]
    public void kube_proxy_as_kubeadm_and_kind_install_it_can_be_switched() => Assert.Equal(
        ProxyMode.Iptables, KubeProxyInstallation.ConfigOf(
            KubeProxyDaemon.DaemonSet(), KubeProxyDaemon.ConfigMap(KubeProxyDaemon.Kubeadm)).Mode);

    [Fact]
    public void A_mode_flag_beside_a_configuration_is_ignored_as_kube_proxy_ignores_it()
    {
        V1DaemonSet daemonSet = KubeProxyDaemon.DaemonSet();
        daemonSet.Spec.Template.Spec.Containers[0].Args = ["--proxy-mode=iptables"];

        Assert.NotNull(KubeProxyInstallation.ConfigOf(daemonSet, KubeProxyDaemon.ConfigMap(KubeProxyDaemon.Kubeadm)));
    }

    [Fact]
    public void No_DaemonSet() => Assert.Equal(
        $"{Begin}there is no DaemonSet kube-system/kube-proxy{Instead}",
        Assert.Throws<ClusterRefusedException>(
            () => KubeProxyInstallation.ConfigOf(null, KubeProxyDaemon.ConfigMap(KubeProxyDaemon.Kubeadm))).Message);

    [Fact]
    public void No_ConfigMap() => Assert.Equal(
        $"{Begin}there is no ConfigMap kube-system/kube-proxy with the key config.conf{Instead}",
        Assert.Throws<ClusterRefusedException>(
            () => KubeProxyInstallation.ConfigOf(KubeProxyDaemon.DaemonSet(), null)).Message);

    [Fact]
    public void A_ConfigMap_without_the_key() => AssertRefused(
        "there is no ConfigMap kube-system/kube-proxy with the key config.conf", configMap: map =>
            map.Data.Remove("config.conf"));

    [Fact]
    public void A_ConfigMap_that_cannot_be_changed() =>
        AssertRefused("ConfigMap kube-system/kube-proxy is immutable", configMap: map => map.Immutable = true);

    [Fact]
    public void A_DaemonSet_that_does_not_restart_its_pods() => AssertRefused(
        "DaemonSet kube-system/kube-proxy has the update strategy OnDelete, so it does not restart its pods",
        set => set.Spec.UpdateStrategy = new V1DaemonSetUpdateStrategy { Type = "OnDelete" });

    [Theory]
    [InlineData(
        new[] { "kube-proxy", "--proxy-mode=nftables" },
        "DaemonSet kube-system/kube-proxy sets the mode by the flag --proxy-mode=nftables, not by a configuration")]
    [InlineData(
        new[] { "kube-proxy", "--proxy-mode", "ipvs" },
        "DaemonSet kube-system/kube-proxy sets the mode by the flag --proxy-mode=ipvs, not by a configuration")]
    [InlineData(
        new[] { "kube-proxy" }, "DaemonSet kube-system/kube-proxy gives kube-proxy no configuration (--config)")]
    [InlineData(
        new[] { "kube-proxy", "--config=/etc/other.yaml" },
        "DaemonSet kube-system/kube-proxy makes kube-proxy read /etc/other.yaml, which is not config.conf of "
        + "ConfigMap kube-system/kube-proxy")]
    public void A_kube_proxy_that_does_not_read_the_ConfigMap(string[] command, string reason) => AssertRefused(
        reason, set => set.Spec.Template.Spec.Containers[0].Command = command);

    [Fact]
    public void A_ConfigMap_of_another_name() => AssertRefused(
        "DaemonSet kube-system/kube-proxy makes kube-proxy read /var/lib/kube-proxy/config.conf, which is not "
        + "config.conf of ConfigMap kube-system/kube-proxy",
        set => set.Spec.Template.Spec.Volumes[0].ConfigMap.Name = "kube-proxy-abc123");

    [Theory]
    [InlineData("kind: KubeProxyConfiguration\nmode: ipvs\n", "its mode is ipvs, which Plumbline does not switch")]
    [InlineData(
        "kind: KubeletConfiguration\n",
        "config.conf in ConfigMap kube-system/kube-proxy cannot be changed: its kind is not KubeProxyConfiguration")]
    public void A_mode_or_a_configuration_that_is_not_switched(string config, string reason) =>
        AssertRefused(reason, configMap: map => map.Data["config.conf"] = config);

    private static void AssertRefused(
        string reason, Action<V1DaemonSet>? daemonSet = null, Action<V1ConfigMap>? configMap = null)
    {
        (V1DaemonSet set, V1ConfigMap map) =
            (KubeProxyDaemon.DaemonSet(), KubeProxyDaemon.ConfigMap(KubeProxyDaemon.Kubeadm));
        daemonSet?.Invoke(set);
        configMap?.Invoke(map);

        Assert.Equal(
            $"{Begin}{reason}{Instead}",
            Assert.Throws<ClusterRefusedException>(() => KubeProxyInstallation.ConfigOf(set, map)).Message);
    }
}
