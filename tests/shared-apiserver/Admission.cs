using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Plumbline.Tests;

/// <summary>
/// Checks and defaults that an API server applies before it stores an object. Called with the store's lock held.
/// </summary>
internal sealed partial class Admission(ObjectStore store, ServiceIps ips)
{
    /// <summary>Returns an action that releases what the object took, for the case that it is not stored.</summary>
    public Action Create(ResourceKind kind, JsonObject json)
    {
        JsonObject metadata = json["metadata"]!.AsObject();
        string name = (string)metadata["name"]!;
        if (kind.IsNamespaced)
        {
            RefuseOutsideNamespace(kind, (string)metadata["namespace"]!, name);
        }

        if (!(kind == ResourceKind.Services ? ServiceName() : ObjectName()).IsMatch(name))
        {
            throw ApiFailure.Invalid(
                kind, name, $"metadata.name: Invalid value: \"{name}\": must be a lower case label");
        }

        return kind == ResourceKind.Services ? CreateService(json, name)
            : kind == ResourceKind.EndpointSlices ? CheckSlice(json, name)
            : kind == ResourceKind.Namespaces ? BeginNamespace(json)
            : kind == ResourceKind.DaemonSets ? CheckDaemonSet(json, name)
            : () => { };
    }

    public void Forget(ResourceKind kind, StoredObject stored)
    {
        if (kind == ResourceKind.Services
            && (string?)stored.Copy()["spec"]?["clusterIP"] is { Length: > 0 } address and not "None")
        {
            ips.Release(address);
        }
    }

    private static Action BeginNamespace(JsonObject json)
    {
        json["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        json["status"] = new JsonObject { ["phase"] = "Active" };
        return () => { };
    }

    private void RefuseOutsideNamespace(ResourceKind kind, string inNamespace, string name)
    {
        StoredObject there = store.Find(ResourceKind.Namespaces, "", inNamespace)
            ?? throw ApiFailure.NotFound(ResourceKind.Namespaces, inNamespace);
        if (there.IsTerminating)
        {
            throw ApiFailure.Forbidden(
                $"{kind.Qualified} \"{name}\" is forbidden: unable to create new content in namespace {inNamespace} "
                + "because it is being terminated", "NamespaceTerminating");
        }

        foreach (StoredObject quota in store.List(ResourceKind.Quotas, inNamespace))
        {
            string counted = $"count/{kind.Qualified}";
            if ((string?)quota.Copy()["spec"]?["hard"]?[counted] is { } hard
                && store.List(kind, inNamespace).Count >= int.Parse(hard, CultureInfo.InvariantCulture))
            {
                throw ApiFailure.Forbidden(
                    $"{kind.Qualified} \"{name}\" is forbidden: exceeded quota: {quota.Name}, requested: {counted}=1, "
                    + $"used: {counted}={hard}, limited: {counted}={hard}");
            }
        }
    }

    private Action CreateService(JsonObject json, string name)
    {
        JsonObject spec = json["spec"]!.AsObject();
        JsonArray ports = spec["ports"]?.AsArray() ?? [];
        if (ports.Count == 0)
        {
            throw ApiFailure.Invalid(ResourceKind.Services, name, "spec.ports: Required value");
        }

        foreach (JsonNode? port in ports)
        {
            port!["protocol"] ??= "TCP";
            port["targetPort"] ??= (int)port["port"]!;
            if (ports.Count > 1 && string.IsNullOrEmpty((string?)port["name"]))
            {
                throw ApiFailure.Invalid(ResourceKind.Services, name, "spec.ports[0].name: Required value");
            }
        }

        RefuseDuplicates(ResourceKind.Services, name, ports, port => $"{port["protocol"]} {port["port"]}");
        RefuseDuplicates(ResourceKind.Services, name, ports, port => $"{port["name"]}");
        spec["type"] ??= "ClusterIP";
        spec["sessionAffinity"] ??= "None";
        spec["internalTrafficPolicy"] ??= "Cluster";
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
        if ((string?)spec["clusterIP"] is { Length: > 0 } given)
        {
            if (given != "None")
            {
                ips.Take(name, given);
            }
        }
        else
        {
            spec["clusterIP"] = ips.Allocate(name);
        }

        string address = (string)spec["clusterIP"]!;
        spec["clusterIPs"] = new JsonArray(address);
        json["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        return address == "None" ? () => { } : () => ips.Release(address);
    }

    private static Action CheckSlice(JsonObject json, string name)
    {
        if ((string?)json["addressType"] is not ("IPv4" or "IPv6" or "FQDN"))
        {
            throw ApiFailure.Invalid(ResourceKind.EndpointSlices, name, "addressType: Required value");
        }

        if (json["endpoints"] is JsonArray endpoints
            && endpoints.Any(each => each!["addresses"] is not JsonArray { Count: > 0 and <= 100 }))
        {
            throw ApiFailure.Invalid(
                ResourceKind.EndpointSlices,
                name,
                "endpoints[0].addresses: Required value: must contain at least 1 address");
        }

        if (json["ports"] is JsonArray ports)
        {
            RefuseDuplicates(ResourceKind.EndpointSlices, name, ports, port => $"{port["name"]}");
        }

        return () => { };
    }

    private static Action CheckDaemonSet(JsonObject json, string name)
    {
        JsonObject? wanted = json["spec"]?["selector"]?["matchLabels"] as JsonObject;
        JsonNode? labels = json["spec"]?["template"]?["metadata"]?["labels"];
        return wanted is { Count: > 0 } && wanted.All(each => JsonNode.DeepEquals(labels?[each.Key], each.Value))
            ? () => { }
            : throw ApiFailure.Invalid(
                ResourceKind.DaemonSets,
                name,
                "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`");
    }

    private static void RefuseDuplicates(ResourceKind kind, string name, JsonArray ports, Func<JsonNode, string> key)
    {
        if (ports.Select(port => key(port!)).GroupBy(each => each)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw ApiFailure.Invalid(kind, name, $"ports[1]: Duplicate value: \"{twice.Key}\"");
        }
    }

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
    private static partial Regex ObjectName();
}
