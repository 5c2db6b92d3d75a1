namespace Plumbline.Tests;

/// <summary>A kubeconfig for a program that is to use an API server of the tests.</summary>
internal static class KubeConfig
{
    public static string Of(string host) =>
        $$$"""
        apiVersion: v1
        kind: Config
        current-context: double
        clusters: [{name: double, cluster: {server: "{{{host}}}"}}]
        users: [{name: nobody, user: {token: none}}]
        contexts: [{name: double, context: {cluster: double, user: nobody}}]
        """;
}
