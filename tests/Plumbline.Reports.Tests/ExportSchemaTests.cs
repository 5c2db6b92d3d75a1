using System.Text.Json.Nodes;
using Plumbline.Analysis;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class ExportSchemaTests
{
    /// <summary>To bring the file up to date: set PLUMBLINE_WRITE_SCHEMA=1 and run this test.</summary>
    [Fact]
    public void The_checked_in_schema_is_that_of_the_documents_type()
    {
        string path = Repository.File("docs/results.schema.json");
        if (Environment.GetEnvironmentVariable("PLUMBLINE_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(path, JsonExport.Schema());
        }

        Assert.Equal(JsonExport.Schema(), File.ReadAllText(path));
    }

    [Fact]
    public void The_schema_names_its_version_and_every_part_of_the_document()
    {
        JsonObject schema = JsonNode.Parse(JsonExport.Schema())!.AsObject();

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)schema["$schema"]);
        Assert.Equal(JsonExport.SchemaVersion, (int?)schema["properties"]!["schemaVersion"]!["const"]);
        Assert.Equal(
            [
                "schemaVersion", "experiment", "node", "machine", "steps", "reruns", "attempts", "comparison",
                "crossCheck", "analysis",
            ],
            schema["required"]!.AsArray().Select(each => (string?)each));
    }

    [Fact]
    public void The_json_contains_the_analysis_with_its_words()
    {
        using ResultsFile file = new();
        using ResultsStore store = file.Open();
        using StringWriter writer = new();
        ExperimentResults results = store.Load(SampleExperiment.Record(store, new Messages()).ExperimentId);
        JsonExport.Write(results, writer);

        JsonNode json = JsonNode.Parse(writer.ToString())!;
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        Assert.Equal(
            analysis.Growths.Select(growth => growth.Words),
            json["analysis"]!["growths"]!.AsArray().Select(growth => (string?)growth!["words"]));
        Assert.Equal(
            analysis.Cells.Select(cell => cell.Ns.Value),
            json["analysis"]!["cells"]!.AsArray().Select(cell => (double)cell!["ns"]!["value"]!));
        Assert.Contains(
            "linear", json["analysis"]!["growths"]!.AsArray().Select(growth => (string?)growth!["verdict"]));
        Assert.Contains("p50", json["analysis"]!["cells"]!.AsArray().Select(cell => (string?)cell!["statistic"]));
        Assert.Contains("first", json["comparison"]!["baselines"]!.AsArray().Select(arm => (string?)arm!["arm"]));
    }
}
