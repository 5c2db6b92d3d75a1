using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using Plumbline.Scheduler.Intake;
using YamlDotNet.Serialization;

namespace Plumbline.Scheduler.Tests;

/// <summary>docs/experiment.schema.json and the scheduler agree.</summary>
public sealed class Request_schema_specs
{
    private static readonly string s_path = Repository.File("docs/experiment.schema.json");

    /// <summary>Fields of the specification with forbidden values.</summary>
    public static TheoryData<string, string> Mutations
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string name, JsonNode? kind) in Fields())
            {
                data.Add(name, "null");
                data.Add(name, """{ "a": 1 }""");
                data.Add(name, (string?)kind!["type"] == "string" ? "5" : "\"many\"");
                foreach (string value in (string?)kind["type"] switch
                {
                    "integer" => [.. OutOf(kind), "1.5"],
                    "string" when kind["enum"] is not null => ["\"nonsense\"", "\"\""],
                    "string" => ["\"\"", "\"   \"", $"\"{new string('x', (int)kind["maxLength"]! + 1)}\""],
                    "array" when kind["items"]!["enum"] is { } names =>
                        [.. Empty(kind), "[null]", "[\"nonsense\"]", "[5]", $"[\"{names[0]}\", \"{names[0]}\"]",
                            $"\"{names[0]}\"", $"[\"{names[0]!.ToString().ToUpperInvariant()}\"]"],
                    "array" when kind["items"]!["pattern"] is not null =>
                        ["[null]", "[5]", "[\"\"]", "[\"UPPER\"]", "[\"a b\"]", "[\"-a\"]", "[\"a..b\"]",
                            "[\"a\", \"a\"]", "\"a\"", $"[\"{new string('a', 254)}\"]", TooMany(kind, "\"")],
                    "array" => [.. OutOf(kind["items"]!).Select(each => $"[{each}]"), "[]", "[null]", "[100, 100]",
                        "[100, \"many\"]", "100", TooMany(kind)],
                    _ => (string[])["1"],
                })
                {
                    data.Add(name, value);
                }
            }

            data.Add("nonsense", "1");
            return data;
        }
    }

    public static TheoryData<string, string> Bounds
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string name, JsonNode? kind) in Fields())
            {
                foreach (JsonNode? value in (JsonNode?[])[kind!["minimum"], kind["maximum"], kind["default"]])
                {
                    if (value is not null)
                    {
                        data.Add(name, value.ToJsonString());
                    }
                }

                foreach (JsonNode? each in kind["enum"]?.AsArray() ?? [])
                {
                    data.Add(name, each!.ToJsonString());
                }
            }

            return data;
        }
    }

    /// <summary>To update the file, set PLUMBLINE_WRITE_SCHEMA=1 and run this test.</summary>
    [Fact]
    public void The_checked_in_schema_follows_from_the_type_and_its_validator()
    {
        if (Environment.GetEnvironmentVariable("PLUMBLINE_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(s_path, RequestSchema.Text());
        }

        Assert.Equal(RequestSchema.Text(), File.ReadAllText(s_path));
    }

    [Fact]
    public void Every_field_has_a_type_a_default_and_a_description_and_every_number_its_bounds()
    {
        Assert.Equal(typeof(ExperimentSpec).GetProperties().Length - 1 + Axes.Others.Count(), Fields().Count());
        Assert.All(Fields(), field =>
        {
            Assert.NotNull(field.Value!["type"]);
            Assert.NotNull(field.Value["default"]);
            Assert.NotEqual("", (string?)field.Value["description"]);
            JsonNode entry = field.Value["items"] ?? field.Value;
            Assert.True((string?)entry["type"] is not "integer"
                || (entry["minimum"] is not null && entry["maximum"] is not null), field.Key);
        });
    }

    [Theory]
    [InlineData("""{ "spec": {} }""")]
    [InlineData("""{ "experimentId": "3f0e51a5-6f0e-4f39-9f06-000000000031", "spec": { "name": "by hand" } }""")]
    public Task A_request_without_fields_is_valid(string json) => AssertAcceptedAsync(json);

    [Fact]
    public Task The_default_specification_written_out_is_valid() =>
        AssertAcceptedAsync(
            $$"""{ "spec": {{JsonSerializer.Serialize(new ExperimentSpec(), RequestReader.Options)}} }""");

    [Fact]
    public Task The_request_that_the_documents_show_in_Python_is_valid()
    {
        Match spec = Regex.Match(
            File.ReadAllText(Repository.File("docs/pipeline.md")), @"^spec = (\{.*\})$", RegexOptions.Multiline);
        return AssertAcceptedAsync($$"""{ "spec": {{spec.Groups[1].Value}} }""");
    }

    [Fact]
    public Task The_experiment_file_that_the_documents_show_is_valid()
    {
        string yaml = Regex.Match(File.ReadAllText(Repository.File("docs/usage.md")), @"```yaml\n(name: .*?)```",
            RegexOptions.Singleline).Groups[1].Value;
        object? read =
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(yaml);
        return AssertAcceptedAsync(
            $$"""{ "spec": {{new SerializerBuilder().JsonCompatible().Build().Serialize(read)}} }""");
    }

    [Theory]
    [InlineData("""{ "experimentId": "five" }""")]
    [InlineData("""{ "experimentId": 5 }""")]
    [InlineData("""{ "spec": [] }""")]
    [InlineData("""{ "spec": null }""")]
    [InlineData("{}")]
    [InlineData("""{ "specification": {} }""")]
    [InlineData("[]")]
    public Task A_message_that_is_not_a_request_is_refused_by_schema_and_scheduler(string json) =>
        AssertRefusedAsync(json);

    [Theory]
    [MemberData(nameof(Mutations))]
    public Task A_field_with_a_wrong_value_is_refused_by_schema_and_scheduler(string field, string value) =>
        AssertRefusedAsync($$"""{ "spec": { "{{field}}": {{value}} } }""");

    /// <summary>The scheduler may refuse a value at its bound only because of another field.</summary>
    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task A_field_at_its_bounds_is_valid_for_schema_and_scheduler(string field, string value)
    {
        string json = $$"""{ "spec": { "{{field}}": {{value}} } }""";

        Assert.Empty((await JsonSchema.FromFileAsync(s_path, TestContext.Current.CancellationToken)).Validate(json));
        Assert.All(ErrorsOf(json), error =>
        {
            Assert.DoesNotContain("is not between", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("is not one of", error.Message, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields() =>
        JsonNode.Parse(RequestSchema.Text())!["properties"]!["spec"]!["properties"]!.AsObject();

    private static string[] OutOf(JsonNode limits) =>
        [$"{(long)limits["minimum"]! - 1}", $"{(long)limits["maximum"]! + 1}"];

    /// <summary>An empty list, unless the field may be empty.</summary>
    private static string[] Empty(JsonNode field) => field["minItems"] is null ? [] : ["[]"];

    private static string TooMany(JsonNode field, string quote = "")
    {
        IEnumerable<string> entries =
            Enumerable.Range(10, (int)field["maxItems"]! + 1).Select(each => $"{quote}{each}{quote}");
        return $"[{string.Join(", ", entries)}]";
    }

    private static IReadOnlyList<FieldError> ErrorsOf(string json) =>
        RequestReader.Read(Encoding.UTF8.GetBytes(json)) switch
    {
        ReadRefusal refusal => refusal.Errors,
        ReadExperiment read => ExperimentSpecValidator.RequestErrors(read.Request),
        ReadRequest other => throw new InvalidOperationException($"{json} was read as {other}"),
    };

    private static async Task AssertAcceptedAsync(string json)
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(s_path, TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(json));
        Assert.Empty(ErrorsOf(json));
    }

    private static async Task AssertRefusedAsync(string json)
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(s_path, TestContext.Current.CancellationToken);
        Assert.True(schema.Validate(json).Count > 0, $"the schema accepts {json}");
        Assert.True(ErrorsOf(json).Count > 0, $"the scheduler accepts {json}");
    }
}
