using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plumbline.Manifests.Tests;

/// <summary>Reads manifests with the API's own types. An unknown kind or field, or a wrong type, is an error.</summary>
internal static class ApiSchema
{
    private static readonly JsonSerializerOptions s_strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Dictionary<(string ApiVersion, string Kind), Type> s_kinds =
        (from type in typeof(V1Pod).Assembly.GetExportedTypes()
         let entity = type.GetCustomAttribute<KubernetesEntityAttribute>()
         where entity is not null && typeof(IKubernetesObject<V1ObjectMeta>).IsAssignableFrom(type)
         select (Key: (entity.Group.Length == 0
             ? entity.ApiVersion
             : $"{entity.Group}/{entity.ApiVersion}", entity.Kind), type))
        .ToDictionary(each => each.Key, each => each.type);

    /// <summary>All objects in a YAML text.</summary>
    /// <exception cref="FormatException">An object does not fit the API; the message says which, and why.</exception>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string yaml)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => Read(ToJson(document.RootNode)!.AsObject()))];
    }

    private static IKubernetesObject<V1ObjectMeta> Read(JsonObject json)
    {
        (string apiVersion, string kind) = ((string)json["apiVersion"]!, (string)json["kind"]!);
        string what = $"{kind} {(string?)json["metadata"]?["name"]}";
        if (!s_kinds.TryGetValue((apiVersion, kind), out Type? type))
        {
            throw new FormatException($"{what}: the API has no {kind} in {apiVersion}");
        }

        try
        {
            return (IKubernetesObject<V1ObjectMeta>)json.Deserialize(type, s_strict)!;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{what}: {exception.Message}", exception);
        }
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping =>
            new JsonObject(
                mapping.Select(each => KeyValuePair.Create(((YamlScalarNode)each.Key).Value!, ToJson(each.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode scalar => ToJson(scalar),
        _ => throw new FormatException($"{node.NodeType} at {node.Start}"),
    };

    /// <summary>A value without quotes may be a number, true or false, as for the API server.</summary>
    private static JsonNode? ToJson(YamlScalarNode scalar) =>
        scalar.Style is not ScalarStyle.Plain ? JsonValue.Create(scalar.Value)
        : scalar.Value is null or "" or "null" or "~" ? null
        : scalar.Value is "true" or "false" ? JsonValue.Create(scalar.Value == "true")
        : long.TryParse(
            scalar.Value,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out long whole) ? JsonValue.Create(whole)
        : double.TryParse(
            scalar.Value,
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double number) ? JsonValue.Create(number)
        : JsonValue.Create(scalar.Value);
}
