using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Tests;

/// <summary>An object at one version. Immutable.</summary>
internal sealed class StoredObject
{
    private StoredObject(JsonObject json, long version)
    {
        JsonNode metadata = json["metadata"]!;
        Namespace = (string?)metadata["namespace"] ?? "";
        Name = (string)metadata["name"]!;
        Uid = (string)metadata["uid"]!;
        Labels = metadata["labels"]?.AsObject().ToDictionary(each => each.Key, each => (string)each.Value!) ?? [];
        IsTerminating = metadata["deletionTimestamp"] is not null;
        Version = version;
        Json = JsonSerializer.SerializeToUtf8Bytes(json);
    }

    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    public Dictionary<string, string> Labels { get; }

    public bool IsTerminating { get; }

    public long Version { get; }

    public byte[] Json { get; }

    public string Key => $"{Namespace}/{Name}";

    /// <summary>A copy that may be changed.</summary>
    public JsonObject Copy() => JsonNode.Parse(Json)!.AsObject();

    /// <summary>Takes ownership of the object.</summary>
    public static StoredObject Of(JsonObject json, long version)
    {
        json["metadata"]!["resourceVersion"] = $"{version}";
        return new StoredObject(json, version);
    }
}
