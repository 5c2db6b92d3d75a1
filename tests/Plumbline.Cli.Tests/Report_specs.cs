using CliWrap;
using CliWrap.Buffered;
using NJsonSchema;
using Plumbline.Cli.Reports;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Cli.Tests;

/// <summary>`plumbline report` in each format, from a recorded experiment. Nothing is measured.</summary>
public sealed class Report_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly ExperimentResults _results;

    public Report_specs()
    {
        using ResultsStore store = ResultsStore.Open(_folder.File("plumbline.db"));
        _results = store.Load(SampleExperiment.Record(store, new Messages()).ExperimentId);
    }

    private string Id => _results.Summary.ExperimentId.ToString("N")[..8];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_format_the_table_is_printed_and_the_usual_files_are_written()
    {
        BufferedCommandResult report = await RunAsync("report", Id);

        Assert.Equal(ExitCode.Success, report.ExitCode);
        Assert.Contains("iptables-nft last: O(n), ", report.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("bars on a log scale", report.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("Cross-check:", report.StandardOutput, StringComparison.Ordinal);
        Assert.Equal([$"{Id}.cross-check.csv", $"{Id}.csv", $"{Id}.html", $"{Id}.json"], Written());
    }

    [Theory]
    [InlineData("md", "## Plumbline: lab\n")]
    [InlineData("prom", "# HELP plumbline_experiment_info")]
    public async Task Text_formats_print_only_their_text_and_write_no_file(string format, string start)
    {
        BufferedCommandResult report = await RunAsync("report", Id, "--format", format);

        Assert.Equal((ExitCode.Success, ""), (report.ExitCode, report.StandardError));
        Assert.StartsWith(start, report.StandardOutput, StringComparison.Ordinal);
        Assert.Empty(Written());
    }

    [Fact]
    public async Task Files_besides_a_text_format_are_named_on_standard_error()
    {
        BufferedCommandResult report = await RunAsync("report", Id, "--format", "md,csv", "--format", "svg");

        Assert.Contains($"{Id}.cross-check.csv", Written());
        Assert.Contains($"{Id}.csv", Written());
        Assert.Contains($"{Id}.programming.svg", Written());
        Assert.Contains($"{Id}.programming.svg", report.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain(".csv", report.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"{Id}.csv", report.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_formats_print_only_their_paths()
    {
        BufferedCommandResult report = await RunAsync("report", Id, "--format", "json,html");

        Assert.Equal(
            [_folder.File($"{Id}.json"), _folder.File($"{Id}.html")], report.StandardOutput.Trim().Split('\n'));
        Assert.Equal([$"{Id}.html", $"{Id}.json"], Written());
    }

    [Theory]
    [InlineData("pdf", "--format: 'pdf' is not one of table, md, csv, json, html, prom, svg.")]
    [InlineData("md,prom", "--format: md and prom both go to standard output; name only one of them")]
    [InlineData("", "--format: '' is not one of")]
    public async Task A_wrong_format_is_one_line_that_names_it(string format, string message)
    {
        BufferedCommandResult report = await RunAsync("report", Id, "--format", format);

        Assert.Equal((ExitCode.BadInput, ""), (report.ExitCode, report.StandardOutput));
        Assert.Contains(message, Assert.Single(report.StandardError.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Written());
    }

    [Fact]
    public async Task The_JSON_is_valid_by_the_schema_in_docs()
    {
        using StringWriter writer = new();
        JsonExport.Write(_results, writer);
        JsonSchema schema = await JsonSchema.FromFileAsync(
            Repository.File("docs/results.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(writer.ToString()));
        Assert.NotEmpty(schema.Validate(
            writer.ToString().Replace("\"trialCount\":", "\"x\":", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(
            writer.ToString().Replace("\"one-way\"", "\"two-way\"", StringComparison.Ordinal)));
    }

    private async Task<BufferedCommandResult> RunAsync(params string[] arguments) => await CliWrap.Cli.Wrap("dotnet")
        .WithArguments([PlumblineProcess.Program, .. arguments, "--out", _folder.Path])
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    /// <summary>Names of the files beside the database.</summary>
    private IEnumerable<string> Written() =>
        Directory.EnumerateFileSystemEntries(_folder.Path)
            .Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith("plumbline.db", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
