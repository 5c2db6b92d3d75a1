using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace Plumbline.Manifests.Tests;

/// <summary>kubectl: from KUBEBUILDER_ASSETS, else from the PATH.</summary>
internal static class Kubectl
{
    /// <summary>The first kubectl with kustomize 5, which the manifests need.</summary>
    private const int OldestMinor = 27;

    private static readonly Lazy<Task<string?>> s_path = new(FindAsync);

    /// <summary>Path of the program. Skips the test when there is none.</summary>
    public static async Task<string> DemandAsync()
    {
        string? path = await s_path.Value;
        Assert.SkipWhen(path is null, "there is no kubectl 1.27 or newer");
        return path!;
    }

    /// <exception cref="CliWrap.Exceptions.CommandExecutionException">It did not exit with 0.</exception>
    public static async Task<BufferedCommandResult> RunAsync(params string[] arguments) =>
        await CliWrap.Cli.Wrap(await DemandAsync()).WithArguments(arguments)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    private static async Task<string?> FindAsync()
    {
        string?[] folders =
            [Environment.GetEnvironmentVariable(
                "KUBEBUILDER_ASSETS"), .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];
        foreach (string path in folders.Where(folder => !string.IsNullOrEmpty(folder))
            .Select(folder => Path.Combine(folder!, "kubectl")).Where(File.Exists))
        {
            BufferedCommandResult version = await CliWrap.Cli.Wrap(path)
                .WithArguments(["version", "--client", "-o", "json"])
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
            if (version.ExitCode == 0
                && JsonDocument.Parse(version.StandardOutput).RootElement.GetProperty("clientVersion")
                    .GetProperty("minor").GetString() is { } minor
                && int.Parse(minor.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture) >= OldestMinor)
            {
                return path;
            }
        }

        return null;
    }
}
