using System.Text;
using CliWrap;

namespace Plumbline.Vm.Tests;

/// <summary>The page about kernels is what was recorded of them.</summary>
public sealed class Document_specs
{
    private static readonly string[] s_columns = ["host", "6.12", "6.1"];

    [Fact]
    public async Task The_table_of_kernels_is_what_the_recorded_facts_give()
    {
        StringBuilder printed = new();

        await CliWrap.Cli.Wrap(Repository.File("tests/vm/table"))
            .WithArguments([.. s_columns.Select(column => Repository.File($"docs/kernels/{column}.json"))])
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(printed))
            .ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            await File.ReadAllTextAsync(Repository.File("docs/kernels.md"), TestContext.Current.CancellationToken),
            printed.ToString());
    }
}
