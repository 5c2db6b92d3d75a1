using System.Diagnostics;
using System.Xml.Linq;

namespace Plumbline.Architecture.Tests;

/// <summary>tests/summary.py, which decides whether a run of all tests has failed, on planted results.</summary>
public sealed class Summary_specs : IDisposable
{
    private const string Passed = "Passed";
    private const string Failed = "Failed";
    private const string Skipped = "NotExecuted";
    private const string Project = "Planted";

    private const string Skips =
        """
        # The part is missing here:
        [no such part]
        unless: false
        Planted.Needs_the_part(size: 1)

        [the part is here]
        unless: true
        Planted.Needs_the_other_part
        """;

    private static readonly XNamespace s_trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private static readonly Result[] s_good =
    [
        new("Planted.Needs_nothing", Passed),
        new("Planted.Needs_the_part(size: 1)", Skipped),
        new("Planted.Needs_the_other_part", Passed),
    ];

    private readonly TemporaryFolder _folder = new();

    public Summary_specs()
    {
        File.WriteAllText(_folder.File("skips"), Skips);
        WriteResults(s_good);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_skips_that_are_listed_for_this_machine_pass() =>
        AssertSummary(0, ["SKIPPED 1: no such part", "2 passed, 0 failed, 1 skipped"]);

    [Fact]
    public void A_test_that_fails_is_named()
    {
        WriteResults([.. s_good, new("Planted.New", Failed)]);
        AssertSummary(1, ["FAILED  Planted.New:\nwhy", "2 passed, 1 failed, 1 skipped"]);
    }

    [Fact]
    public void A_skip_that_is_not_listed_fails()
    {
        WriteResults([.. s_good, new("Planted.New", Skipped)]);
        AssertSummary(
            1, ["FAILED  Planted.New:\nskipped, but ", " does not list it: why", "2 passed, 1 failed, 1 skipped"]);
    }

    [Fact]
    public void A_skip_for_want_of_a_part_that_is_there_fails()
    {
        WriteResults([.. s_good[..2], new("Planted.Needs_the_other_part", Skipped)]);
        AssertSummary(
            1,
            [
                "FAILED  Planted.Needs_the_other_part:\nskipped, but what it needs is there",
                "1 passed, 1 failed, 1 skipped",
            ]);
    }

    [Fact]
    public void A_listed_test_that_passes_without_its_part_fails()
    {
        WriteResults([s_good[0], s_good[1] with { Outcome = Passed }, s_good[2]]);
        AssertSummary(
            1,
            [
                "FAILED  Planted.Needs_the_part(size: 1):\npassed, but ", "skipped here: no such part",
                "2 passed, 1 failed, 0 skipped",
            ]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_listed_test_that_has_vanished_fails(int vanished)
    {
        WriteResults([.. s_good.Where((_, index) => index != vanished)]);
        AssertSummary(1, [$"FAILED  {s_good[vanished].Name}:\n", " lists it, but it did not run", " 1 failed, "]);
    }

    [Fact]
    public void A_test_that_is_listed_twice_fails()
    {
        File.AppendAllText(_folder.File("skips"), "\nPlanted.Needs_the_part(size: 1)\n");
        AssertSummary(
            1,
            [
                "FAILED  Planted.Needs_the_part(size: 1):\n", " lists it more than once",
                "2 passed, 1 failed, 1 skipped",
            ]);
    }

    [Fact]
    public void A_project_without_results_fails() =>
        AssertSummary(1, ["FAILED  Absent:\nthere are no results", "2 passed, 1 failed, 1 skipped"], "Absent");

    [Fact]
    public void A_project_that_ran_no_test_fails()
    {
        WriteResults([], "Empty");
        AssertSummary(1, ["FAILED  Empty:\nno test ran", "2 passed, 1 failed, 1 skipped"], "Empty");
    }

    [Fact]
    public void A_project_whose_process_ended_early_fails_with_the_test_that_was_running()
    {
        WriteResults(s_good, outcome: Failed);
        XElement sequence = new(
            "TestSequence",
            new XElement("Test", new XAttribute("DisplayName", s_good[0].Name), new XAttribute("Completed", "True")),
            new XElement("Test", new XAttribute("DisplayName", "Planted.Hangs"), new XAttribute("Completed", "False")));
        File.WriteAllText(_folder.File("Sequence_1.xml"), $"{sequence}");
        AssertSummary(
            1,
            [
                "FAILED  Planted:\nthe process crashed", "FAILED  Planted.Hangs:\nwas running",
                "2 passed, 2 failed, 1 skipped",
            ]);
    }

    [Fact]
    public void The_list_can_be_printed_as_the_run_makes_it()
    {
        WriteResults([new("Planted.Renamed", Skipped), .. s_good, new("Planted.New", Skipped, "other")]);
        (int exitCode, string output) = Run("--list");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            # The part is missing here:

            [no such part]
            unless: false
            Planted.Needs_the_part(size: 1)
            Planted.Renamed

            [the part is here]
            unless: true
            Planted.Needs_the_other_part

            [other]
            unless: false
            Planted.New

            """,
            output);
    }

    private void AssertSummary(int expected, string[] parts, params string[] projects)
    {
        (int exitCode, string output) = Run([Project, .. projects]);
        Assert.All(parts, part => Assert.Contains(part, output, StringComparison.Ordinal));
        Assert.Matches(@"\A[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped\z", output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(expected, exitCode);
    }

    private (int ExitCode, string Output) Run(params string[] arguments)
    {
        string[] files = ["--results", _folder.Path, "--skips", _folder.File("skips")];
        using Process summary = Process.Start(new ProcessStartInfo(
            Repository.File("tests/summary.py"), [.. files, .. arguments]) { RedirectStandardOutput = true })!;
        string output = summary.StandardOutput.ReadToEnd();
        summary.WaitForExit();
        return (summary.ExitCode, output);
    }

    /// <summary>A project's .trx file with what tests/summary.py reads of one.</summary>
    /// <param name="outcome">Of the project's run.</param>
    private void WriteResults(Result[] results, string project = Project, string? outcome = null)
    {
        outcome ??= results.Any(each => each.Outcome == Failed) ? Failed : "Completed";
        XElement run = new(
            s_trx + "TestRun",
            new XElement(s_trx + "Results", results.Select(each => new XElement(
                s_trx + "UnitTestResult",
                new XAttribute("testName", each.Name),
                new XAttribute("outcome", each.Outcome),
                new XElement(s_trx + "Output", new XElement(s_trx + "ErrorInfo", Text("Message", each.Message)))))),
            new XElement(
                s_trx + "ResultSummary", new XAttribute("outcome", outcome),
                new XElement(s_trx + "RunInfos", new XElement(
                    s_trx + "RunInfo", new XAttribute("outcome", "Error"), Text("Text", "the process crashed")))));
        File.WriteAllText(_folder.File($"{project}_net10.0_1.trx"), $"{run}");
    }

    private static XElement Text(string name, string text) => new(s_trx + name, text);

    private sealed record Result(string Name, string Outcome, string Message = "why");
}
