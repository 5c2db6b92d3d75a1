using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Validators;
using Plumbline.Scheduler.Intake;

namespace Plumbline.Scheduler.Tests;

/// <summary>
/// The JSON Schema (2020-12) of a request, checked in as docs/experiment.schema.json. Names and types come from the
/// scheduler's reader, limits from its validator, descriptions from the comments of <see cref="ExperimentSpec"/>.
/// </summary>
internal static partial class RequestSchema
{
    private static readonly JsonSerializerOptions s_indented = new(RequestReader.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text()
    {
        JsonObject generated = RequestReader.Options.GetJsonSchemaAsNode(typeof(RequestReader.Message)).AsObject();
        JsonNode properties = generated["properties"]!;
        Describe(properties["experimentId"]!.AsObject(),
            "Names the experiment. Two requests with the same id run one experiment. Left out, it gets an id.");
        JsonObject spec = properties["spec"]!.AsObject();
        spec["type"] = "object";

        // The reader's other forms do not request an experiment.
        foreach (string form in (string[])["cancel", "rerun", "status"])
        {
            properties.AsObject().Remove(form);
        }

        generated["required"] = new JsonArray("spec");
        Describe(
            spec,
            "What to measure. Every field is optional. Only the scheduler checks combinations of fields.");
        foreach ((string name, JsonNode? field) in spec["properties"]!.AsObject())
        {
            Complete(name, field!.AsObject());
        }

        foreach (Axis axis in Axes.Others)
        {
            spec["properties"]!.AsObject()[axis.Key] = ValuesOf(axis);
        }

        spec["additionalProperties"] = false;
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Request of a Plumbline experiment",
        };
        foreach ((string key, JsonNode? value) in generated)
        {
            schema[key] = key == "type" ? "object" : value?.DeepClone();
        }

        return schema.ToJsonString(s_indented) + "\n";
    }

    /// <summary>Values of an axis without a property of its own.</summary>
    private static JsonObject ValuesOf(Axis axis)
    {
        JsonObject values = new()
        {
            ["description"] = $"The values of {axis.Words} to measure.",
            ["type"] = "array",
            ["items"] = axis.IsNumeric
                ? new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = axis.Most }
                : new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. (axis.Values ?? []).Select(each => JsonValue.Create(each))]),
                },
            ["minItems"] = 1,
            ["uniqueItems"] = true,
            ["default"] = new JsonArray(axis.IsNumeric ? JsonNode.Parse(axis.Default!) : axis.Default),
        };
        if (axis.Most is { } most)
        {
            values["maxItems"] = most + 1;
        }

        return values;
    }

    /// <summary>Adds description, default, and the validator's limits.</summary>
    private static void Complete(string name, JsonObject field)
    {
        string property = typeof(ExperimentSpec).GetProperties()
            .Single(each => JsonNamingPolicy.CamelCase.ConvertName(each.Name) == name).Name;
        ExperimentSpecValidator validator = new();
        JsonObject? items = field["items"]?.AsObject();
        if (validator.AllowedNames.TryGetValue(property, out IReadOnlyList<string>? allowed))
        {
            // The type allows null as an entry of a list. The validator does not.
            (items ?? field)["type"] = "string";
            (items ?? field)["enum"] = new JsonArray([.. allowed.Select(each => JsonValue.Create(each))]);
        }

        foreach (IPropertyValidator rule in validator.CreateDescriptor().GetMembersWithValidators()
            .Where(member => member.Key == property || member.Key == $"{property}[]").SelectMany(member => member)
                .Select(each => each.Validator))
        {
            Limit(rule, field, items);
        }

        if (items is not null)
        {
            items["type"] = items["type"] is JsonArray types ? types[0]!.DeepClone() : items["type"]?.DeepClone();
            field["uniqueItems"] = true;
        }

        switch (property)
        {
            case nameof(ExperimentSpec.Services):
                field["maxItems"] = ExperimentLimits.MaxSteps;
                break;
            case nameof(ExperimentSpec.Nodes):
                field["maxItems"] = ExperimentLimits.MaxNodes;
                break;
        }

        field["default"] = JsonSerializer.SerializeToNode(
            typeof(ExperimentSpec).GetProperty(property)!.GetValue(new ExperimentSpec()), RequestReader.Options);
        Describe(field, Comment(property));
    }

    private static void Limit(IPropertyValidator rule, JsonObject field, JsonObject? items)
    {
        switch (rule)
        {
            case IBetweenValidator between:
                (items ?? field)["minimum"] = Convert.ToInt64(between.From, null);
                (items ?? field)["maximum"] = Convert.ToInt64(between.To, null);
                break;
            case ILengthValidator length:
                (items ?? field)["maxLength"] = length.Max;
                break;
            case IRegularExpressionValidator expression:
                (items ?? field)["pattern"] = expression.Expression;
                break;
            case INotEmptyValidator when items is not null:
                field["minItems"] = 1;
                break;
            case INotEmptyValidator:
                field["pattern"] = @"\S";
                break;
        }
    }

    private static void Describe(JsonObject schema, string text)
    {
        schema.Remove("description");
        schema.Insert(0, "description", text);
    }

    /// <summary>The comment above a property of the specification, without its tags.</summary>
    private static string Comment(string property)
    {
        string source = File.ReadAllText(Repository.File("contracts/ExperimentSpec.cs"));
        Match declaration = Regex.Match(source, $@"((?:    ///.*\n)+)    public \S+ {property} ");
        string text = Tag().Replace(Slashes().Replace(declaration.Groups[1].Value, " "), "");
        return Spaces().Replace(text, " ").Trim();
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("///")]
    private static partial Regex Slashes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
