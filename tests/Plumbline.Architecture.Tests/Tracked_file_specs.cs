namespace Plumbline.Architecture.Tests;

public sealed class Tracked_file_specs
{
    /// <summary>Put together here, so that this file is not the one that has it.</summary>
    private static readonly string s_workplace = string.Concat("/", "work", "/");

    [Fact]
    public void Git_lists_the_files_that_the_rules_are_about()
    {
        Assert.Contains("contracts/ExperimentSpec.cs", SourceTree.ProductCode);
        Assert.Contains("services/scheduler/Plumbline.Scheduler.csproj", SourceTree.Projects);
        Assert.Contains("bpf/stage_probe.bpf.c", SourceTree.Files);
    }

    [Fact]
    public void No_file_names_the_place_it_was_written_at() =>
        Assert.All(
            SourceTree.Files,
            file => Assert.DoesNotContain(s_workplace, SourceTree.Text(file), StringComparison.Ordinal));

    [Fact]
    public void No_BPF_program_is_longer_than_200_lines() => Assert.All(
        SourceTree.Files.Where(file => file.EndsWith(".bpf.c", StringComparison.Ordinal)),
        file => Assert.True(File.ReadLines(Path.Combine(SourceTree.Top, file)).Count() <= 200, $"{file} is too long"));

    [Fact]
    public void Every_message_file_has_a_record_in_the_contracts_namespace() => Assert.All(
        SourceTree.Files.Where(file => Path.GetDirectoryName(file) is "contracts/Commands" or "contracts/Events"),
        file =>
        {
            Assert.Contains("namespace Plumbline.Contracts;", SourceTree.Text(file), StringComparison.Ordinal);
            Assert.Contains("public sealed record ", SourceTree.Text(file), StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("ExperimentFlow")]
    [InlineData("ExperimentPlanner")]
    [InlineData("ExperimentPlan")]
    [InlineData("ExperimentState")]
    [InlineData("ExperimentSpecValidator")]
    public void The_rules_of_an_experiments_life_do_not_know_the_bus(string name) =>
        Assert.DoesNotContain(
            "MassTransit", SourceTree.Text($"services/scheduler/{name}.cs"), StringComparison.Ordinal);
}
