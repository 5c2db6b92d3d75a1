using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Tests;

/// <summary>Carries out a request, without HTTP.</summary>
internal sealed class ApiVerbs(
    ObjectStore store, Admission admission, Func<string, string, string?, string, bool> allows, TimeProvider clock)
{
    private int _generated;

    /// <returns>Status code and body.</returns>
    public (int Code, byte[] Body) Do(ApiRequest request, JsonObject? body)
    {
        if (request.Kind.IsReview)
        {
            return (201, Review(body!));
        }

        lock (store.Lock)
        {
            return request.Verb switch
            {
                "list" => (200, List(request)),
                "get" => (200, Find(request).Json),
                "create" => (201, Create(request, body!)),
                "update" => (200, Update(request, body!)),
                "patch" => (200, Patch(request, body!)),
                "delete" => (200, Delete(request, body)),
                _ => (200, DeleteCollection(request)),
            };
        }
    }

    private StoredObject Find(ApiRequest request) =>
        store.Find(request.Kind, request.Namespace!, request.Name!)
            ?? throw ApiFailure.NotFound(request.Kind, request.Name!);

    private byte[] Review(JsonObject review)
    {
        JsonNode asked = review["spec"]!["resourceAttributes"]!;
        bool allowed = allows(
            (string?)asked["group"] ?? "",
            (string)asked["resource"]!,
            (string?)asked["namespace"],
            (string)asked["verb"]!);
        review["status"] = new JsonObject { ["allowed"] = allowed };
        return JsonSerializer.SerializeToUtf8Bytes(review);
    }

    private byte[] List(ApiRequest request)
    {
        (long version, string after) = Continued(request.Query["continue"]);
        Func<StoredObject, bool> isSelected = Selected(request);
        List<StoredObject> rest = [.. store.List(request.Kind, request.Namespace, version == 0 ? null : version)
            .Where(each => string.CompareOrdinal(each.Key, after) > 0 && isSelected(each))];
        int limit = int.TryParse(request.Query["limit"], CultureInfo.InvariantCulture, out int asked) && asked > 0
            ? asked
            : int.MaxValue;
        version = version == 0 ? store.Version : version;
        JsonObject metadata = new() { ["resourceVersion"] = $"{version}" };
        if (rest.Count > limit)
        {
            metadata["continue"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{version} {rest[limit - 1].Key}"));
            metadata["remainingItemCount"] = rest.Count - limit;
        }

        return ListOf(request.Kind, metadata, rest.Take(limit));
    }

    private static byte[] ListOf(ResourceKind kind, JsonObject metadata, IEnumerable<StoredObject> items)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", $"{kind.Kind}List");
            writer.WriteString("apiVersion", kind.ApiVersion);
            writer.WritePropertyName("metadata");
            metadata.WriteTo(writer);
            writer.WriteStartArray("items");
            foreach (StoredObject each in items)
            {
                writer.WriteRawValue(each.Json, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static (long Version, string After) Continued(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return (0, "");
        }

        string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private static Func<StoredObject, bool> Selected(ApiRequest request)
    {
        Func<StoredObject, bool> hasLabels = LabelSelector.Parse(request.Query["labelSelector"]);
        const string ByName = "metadata.name=";
        const string ByNode = "spec.nodeName=";
        string? field = request.Query["fieldSelector"];
        return field is null ? hasLabels
            : field.StartsWith(ByName, StringComparison.Ordinal) ? each =>
                hasLabels(each) && each.Name == field[ByName.Length..]
            : field.StartsWith(ByNode, StringComparison.Ordinal) && request.Kind == ResourceKind.Pods
                ? each => hasLabels(each) && NodeOf(each) == field[ByNode.Length..]
            : throw new ApiFailure(400, "BadRequest", $"field label not supported: {field}");
    }

    private static string? NodeOf(StoredObject pod) => (string?)pod.Copy()["spec"]!["nodeName"];

    private byte[] Create(ApiRequest request, JsonObject json)
    {
        JsonObject metadata = json["metadata"] as JsonObject
            ?? throw new ApiFailure(422, "Invalid", "metadata: Required value");
        metadata["name"] ??= $"{(string?)metadata["generateName"]}{++_generated:x5}";
        if (request.Kind.IsNamespaced)
        {
            string? given = (string?)metadata["namespace"];
            metadata["namespace"] = given is null || given == request.Namespace
                ? request.Namespace
                : throw new ApiFailure(
                    400,
                    "BadRequest",
                    "the namespace of the provided object does not match the namespace sent on the request");
        }

        metadata["uid"] = $"{Guid.NewGuid()}";
        metadata["creationTimestamp"] = Now();
        if (request.Kind.HasGeneration)
        {
            metadata["generation"] = 1;
            json.Remove("status");
        }

        json["apiVersion"] = request.Kind.ApiVersion;
        json["kind"] = request.Kind.Kind;
        string name = (string)metadata["name"]!;
        if (store.Find(request.Kind, request.Namespace!, name) is not null)
        {
            throw ApiFailure.AlreadyExists(request.Kind, name);
        }

        Action takeBack = admission.Create(request.Kind, json);
        if (request.IsDryRun)
        {
            takeBack();
            return JsonSerializer.SerializeToUtf8Bytes(json);
        }

        return store.Put(request.Kind, json).Json;
    }

    private byte[] Update(ApiRequest request, JsonObject json)
    {
        StoredObject there = Find(request);
        JsonNode metadata = json["metadata"]!;
        if ((string?)metadata["resourceVersion"] is { Length: > 0 } version && version != $"{there.Version}")
        {
            throw ApiFailure.Changed(request.Kind, there.Name);
        }

        JsonObject changed = there.Copy();
        if (request.Subresource == "status")
        {
            changed["status"] = json["status"]?.DeepClone();
            return store.Put(request.Kind, changed).Json;
        }

        metadata["uid"] = there.Uid;
        metadata["creationTimestamp"] = changed["metadata"]!["creationTimestamp"]?.DeepClone();
        json["status"] = changed["status"]?.DeepClone();
        return Replace(request.Kind, there, json);
    }

    private byte[] Replace(ResourceKind kind, StoredObject there, JsonObject json)
    {
        if (kind.HasGeneration)
        {
            JsonObject before = there.Copy();
            long generation = (long)before["metadata"]!["generation"]!;
            json["metadata"]!["generation"] = JsonNode.DeepEquals(before["spec"], json["spec"])
                ? generation
                : generation + 1;
        }

        return store.Put(kind, json).Json;
    }

    private byte[] Patch(ApiRequest request, JsonObject patch)
    {
        StoredObject there = Find(request);
        if ((string?)patch["metadata"]?["resourceVersion"] is { Length: > 0 } version && version != $"{there.Version}")
        {
            throw ApiFailure.Changed(request.Kind, there.Name);
        }

        JsonObject changed = there.Copy();
        Merge(changed, patch);
        return Replace(request.Kind, there, changed);
    }

    /// <summary>JSON merge patch (RFC 7396). Maps that become empty are removed.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                JsonObject into = target[key] as JsonObject ?? [];
                Merge(into, inner);
                target[key] = into.Parent is null ? into : target[key];
                if (into.Count == 0 && key is ("annotations" or "labels"))
                {
                    target.Remove(key);
                }
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private byte[] Delete(ApiRequest request, JsonObject? options)
    {
        StoredObject there = Find(request);
        if ((string?)options?["preconditions"]?["uid"] is { } uid && uid != there.Uid)
        {
            throw ApiFailure.WrongUid(request.Kind, there.Name);
        }

        if (request.Kind == ResourceKind.Namespaces)
        {
            return Terminate(there);
        }

        RemoveNow(request.Kind, there);
        return request.Kind.AnswersDeleteWithObject ? there.Json : Success(there);
    }

    private byte[] DeleteCollection(ApiRequest request)
    {
        Func<StoredObject, bool> isSelected = Selected(request);
        StoredObject[] removed = [.. store.List(request.Kind, request.Namespace).Where(isSelected)];
        foreach (StoredObject each in removed)
        {
            RemoveNow(request.Kind, each);
        }

        return ListOf(request.Kind, new JsonObject { ["resourceVersion"] = $"{store.Version}" }, removed);
    }

    /// <summary>A namespace goes when it is empty; <see cref="NamespaceController"/> empties it.</summary>
    private byte[] Terminate(StoredObject there)
    {
        if (there.IsTerminating)
        {
            return there.Json;
        }

        JsonObject changed = there.Copy();
        changed["metadata"]!["deletionTimestamp"] = Now();
        changed["status"]!["phase"] = "Terminating";
        return store.Put(ResourceKind.Namespaces, changed).Json;
    }

    private void RemoveNow(ResourceKind kind, StoredObject there)
    {
        store.Remove(kind, there);
        admission.Forget(kind, there);
    }

    private static byte[] Success(StoredObject removed) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject { ["name"] = removed.Name, ["uid"] = removed.Uid },
    });

    private string Now() => clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
