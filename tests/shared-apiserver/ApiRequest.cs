using Microsoft.AspNetCore.Http;

namespace Plumbline.Tests;

/// <summary>A request to an API server.</summary>
/// <param name="Namespace">Empty for kinds without namespaces; null for all namespaces.</param>
/// <param name="Name">Null for a collection.</param>
internal sealed record ApiRequest(
    ResourceKind Kind, string? Namespace, string? Name, string Subresource, string Verb, IQueryCollection Query)
{
    public bool IsDryRun => Query["dryRun"] == "All";

    public bool IsWatch => Query["watch"] is [var value] && value is "true" or "1";

    public static ApiRequest Of(HttpRequest request)
    {
        string[] words = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        (string group, int start) = words switch
        {
            ["api", "v1", ..] => ("", 2),
            ["apis", var named, "v1", ..] => (named, 3),
            _ => throw ApiFailure.NotServed(),
        };
        string? inNamespace = null;
        if (words.Length > start + 2
            && words[start] == "namespaces"
            && ResourceKind.All.Any(each => each.Plural == words[start + 2]))
        {
            inNamespace = words[start + 1];
            start += 2;
        }

        ResourceKind kind = ResourceKind.All.FirstOrDefault(
            each =>
                each.Group == group
                    && words.Length > start
                    && each.Plural == words[start]) ?? throw ApiFailure.NotServed();
        string? name = words.ElementAtOrDefault(start + 1);
        return new ApiRequest(
            kind, kind.IsNamespaced
                ? inNamespace
                : "", name, words.ElementAtOrDefault(start + 2) ?? "", VerbOf(request.Method, name), request.Query);
    }

    private static string VerbOf(string method, string? name) => (method, name) switch
    {
        ("GET", null) => "list",
        ("GET", _) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", null) => "deletecollection",
        ("DELETE", _) => "delete",
        _ => throw new ApiFailure(405, "MethodNotAllowed", $"the server does not allow {method}"),
    };
}
