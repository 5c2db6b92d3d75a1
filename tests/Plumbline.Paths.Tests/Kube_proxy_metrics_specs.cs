using Plumbline.Paths.Cluster;

namespace Plumbline.Paths.Tests;

/// <summary>What kube-proxy reports on its metrics port.</summary>
public sealed class Kube_proxy_metrics_specs
{
    [Fact]
    public void Only_IPv4_syncs_count_where_there_are_families()
    {
        KubeProxyReading reading = KubeProxyMetrics.Parse(
            """
            # TYPE kubernetes_build_info gauge
            kubernetes_build_info{build_date="2026",git_version="v1.36.2",major="1"} 1
            kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family="IPv6",le="+Inf"} 3
            kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 0.5
            kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 3
            kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 1.25
            kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 12
            kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 1.7958e+09
            """);

        Assert.Equal(
            new KubeProxyReading
            {
                Version = "v1.36.2",
                Syncs = 12,
                SyncSeconds = 1.25,
                LastSyncUnixSeconds = 1_795_800_000,
            },
            reading);
    }

    [Fact]
    public void Older_kube_proxies_have_no_families() => Assert.Equal(
        5, KubeProxyMetrics.Parse("kubeproxy_sync_proxy_rules_duration_seconds_count 5\n").Syncs);

    [Fact]
    public void Missing_metrics_are_null() =>
        Assert.Equal(new KubeProxyReading(), KubeProxyMetrics.Parse("go_goroutines 7\n"));
}
