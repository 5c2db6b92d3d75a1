namespace Plumbline.Cluster.Tests;

/// <summary>In kube-proxy's configuration only the mode changes.</summary>
public sealed class Kube_proxy_config_specs
{
    /// <summary>As kubeadm writes it, with somebody's changes.</summary>
    private const string Kubeadm = KubeProxyDaemon.Kubeadm;

    private const string Head = "kind: KubeProxyConfiguration\n";

    public static TheoryData<string, string, ProxyMode?> Modes => new()
    {
        { "mode: \"\"\n", "", ProxyMode.Iptables },
        { "mode: ''\n", "", ProxyMode.Iptables },
        { "mode:\n", "", ProxyMode.Iptables },
        { "mode:   # none\n", "", ProxyMode.Iptables },
        { "mode: null\n", "", ProxyMode.Iptables },
        { "mode: ~\n", "", ProxyMode.Iptables },
        { "", "", ProxyMode.Iptables },
        { "mode: iptables\n", "iptables", ProxyMode.Iptables },
        { "mode: \"nftables\"\n", "nftables", ProxyMode.Nftables },
        { "\"mode\": 'nftables'\n", "nftables", ProxyMode.Nftables },
        { "mode: nftables", "nftables", ProxyMode.Nftables },
        { "mode:\n  nftables\n", "nftables", ProxyMode.Nftables },
        { "mode: ipvs\n", "ipvs", null },
        { "mode: IPTables\n", "IPTables", null },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_mode_is_read_however_it_is_written(string line, string text, ProxyMode? mode)
    {
        KubeProxyConfig config = KubeProxyConfig.Read(Head + line);

        Assert.Equal((text, mode, Head + line), (config.ModeText, config.Mode, config.Text));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Changing_the_mode_and_changing_it_back_restores_the_text(string line, string text, ProxyMode? mode)
    {
        string end = line.EndsWith('\n') || line.Length == 0 ? "" : "\n";
        foreach (string around in (string[])
            [$"{Head}{line}", $"{line}{end}{Head}", $"# first\n---\n{Head}a: {{b: [1]}}\n{line}"])
        {
            KubeProxyConfig before = KubeProxyConfig.Read(around);
            Assert.Equal((text, mode), (before.ModeText, before.Mode));
            ProxyMode other = mode == ProxyMode.Nftables ? ProxyMode.Iptables : ProxyMode.Nftables;

            KubeProxyConfig changed = before.With(other);

            Assert.Equal((other, other.WireName()), (changed.Mode, changed.ModeText));
            Assert.Equal(around, changed.WithModeOf(before).Text);
        }
    }

    [Fact]
    public void In_a_file_of_kubeadms_only_the_mode_changes()
    {
        KubeProxyConfig changed = KubeProxyConfig.Read(Kubeadm).With(ProxyMode.Nftables);

        Assert.Equal(Kubeadm.Replace("mode: \"\" ", "mode: nftables ", StringComparison.Ordinal), changed.Text);
        Assert.Equal(Kubeadm, changed.WithModeOf(KubeProxyConfig.Read(Kubeadm)).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_missing_mode_is_inserted_before_the_first_key_and_removed_again(int indent)
    {
        string space = new(' ', indent);
        string text = $"# indented\n{space}kind: KubeProxyConfiguration\n{space}clusterCIDR: \"\"\n";

        KubeProxyConfig changed = KubeProxyConfig.Read(text).With(ProxyMode.Nftables);

        Assert.Equal(
            $"# indented\n{space}mode: nftables\n{space}kind: KubeProxyConfiguration\n{space}clusterCIDR: \"\"\n",
            changed.Text);
        Assert.Equal(text, changed.WithModeOf(KubeProxyConfig.Read(text)).Text);
    }

    [Fact]
    public void Windows_line_ends_and_characters_of_two_UTF_16_units_work()
    {
        const string Text = "# 🦊 é\r\nkind: KubeProxyConfiguration\r\nmode: \"\"\r\nclusterCIDR: \"\"\r\n";

        Assert.Equal(
            Text.Replace("mode: \"\"", "mode: nftables", StringComparison.Ordinal),
            KubeProxyConfig.Read(Text).With(ProxyMode.Nftables).Text);
    }

    [Fact]
    public void JSON_is_accepted_as_YAML() => Assert.Equal(
        """{"kind": "KubeProxyConfiguration", "mode": nftables, "clusterCIDR": ""}""",
        KubeProxyConfig.Read("""{"kind": "KubeProxyConfiguration", "mode": "", "clusterCIDR": ""}""")
            .With(ProxyMode.Nftables).Text);

    [Theory]
    [InlineData("a: [", "it is not YAML: ")]
    [InlineData("", "it is not YAML: ")]
    [InlineData("mode: nftables\n", "its kind is not KubeProxyConfiguration")]
    [InlineData("kind: KubeletConfiguration\nmode: nftables\n", "its kind is not KubeProxyConfiguration")]
    [InlineData("kind: KubeProxyConfiguration\nmode: nftables\nmode: iptables\n", "it has the key mode twice")]
    [InlineData("kind: KubeProxyConfiguration\n---\nkind: KubeProxyConfiguration\n", "it has more than one document")]
    [InlineData("kind: KubeProxyConfiguration\nmode: &a nftables\n", "its mode is not a plain or quoted word")]
    [InlineData("a: &a nftables\nkind: KubeProxyConfiguration\nmode: *a\n", "its mode is not a plain or quoted word")]
    [InlineData("kind: KubeProxyConfiguration\nmode: !!str nftables\n", "its mode is not a plain or quoted word")]
    [InlineData("kind: KubeProxyConfiguration\nmode: |\n  nftables\n", "its mode is not a plain or quoted word")]
    [InlineData("kind: KubeProxyConfiguration\nmode: {a: b}\n", "its mode is not a plain or quoted word")]
    [InlineData("{kind: KubeProxyConfiguration}", "it has no key mode and is written in braces")]
    public void A_text_whose_mode_cannot_be_changed_is_refused_with_the_reason(string text, string reason) =>
        Assert.StartsWith(
            reason, Assert.Throws<FormatException>(() => KubeProxyConfig.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_original_undoes_its_own_change_and_no_other()
    {
        KubeProxyOriginal original = new(
            Guid.Empty, Kubeadm, KubeProxyConfig.Read(Kubeadm).With(ProxyMode.Nftables).Text, "uid");
        string Others(string text) => text.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal);

        Assert.Null(original.Undo(original.Before));
        Assert.Equal(original.Before, original.Undo(original.Changed));
        Assert.Equal(Others(original.Before), original.Undo(Others(original.Changed)));
        Assert.Null(original.Undo(Others(original.Before)));
        Assert.Null(original.Undo(original.Changed.Replace("mode: nftables", "mode: ipvs", StringComparison.Ordinal)));
        Assert.Null(original.Undo("somebody: [else's"));
    }
}
