namespace Plumbline.Tests;

/// <summary>A kubeconfig for a program that uses a test's API server.</summary>
internal static class KubeConfig
{
    public static string Of(string host, string token = "none") =>
        $$$"""
        apiVersion: v1
        kind: Config
        current-context: tested
        clusters: [{name: tested, cluster: {server: "{{{host}}}", insecure-skip-tls-verify: true}}]
        users: [{name: tester, user: {token: {{{token}}}}}]
        contexts: [{name: tested, context: {cluster: tested, user: tester}}]
        """;
}
