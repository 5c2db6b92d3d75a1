using System.Text;
using CliWrap;

namespace Plumbline.Vm.Tests;

/// <summary>A guest of tests/vm/run.</summary>
internal static class Guest
{
    /// <summary>What tests/vm/run ends with when root, a package or the network is missing.</summary>
    private const int CannotRun = 3;

    /// <summary>Downloads the kernel where it is not in the cache yet.</summary>
    /// <returns>Why there can be no guest; null where there can.</returns>
    public static async Task<string?> FindMissingAsync(string kernel, CancellationToken token)
    {
        (int exitCode, string output) = await RunScriptAsync([kernel], token);
        return exitCode switch
        {
            0 => null,
            CannotRun => output.Trim(),
            _ => throw new InvalidOperationException($"tests/vm/run {kernel} ended with {exitCode}: {output}"),
        };
    }

    public static Task<(int ExitCode, string Output)> RunAsync(
        string kernel, TimeSpan timeout, string? results, string[] command, CancellationToken token)
    {
        string[] shared = results is null ? [] : ["--results", results];
        return RunScriptAsync([.. shared, "--timeout", $"{timeout.TotalSeconds:F0}", kernel, "--", .. command], token);
    }

    private static async Task<(int ExitCode, string Output)> RunScriptAsync(string[] arguments, CancellationToken token)
    {
        StringBuilder output = new();
        PipeTarget both = PipeTarget.ToStringBuilder(output);
        CommandResult result = await CliWrap.Cli.Wrap(Repository.File("tests/vm/run")).WithArguments(arguments)
            .WithStandardOutputPipe(both).WithStandardErrorPipe(both)
            .WithValidation(CommandResultValidation.None).ExecuteAsync(token);
        return (result.ExitCode, output.ToString());
    }
}
