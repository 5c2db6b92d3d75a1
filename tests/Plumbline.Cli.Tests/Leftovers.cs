using System.Diagnostics;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>Checks that a lab left nothing on the machine.</summary>
internal static class Leftovers
{
    public static async Task AssertNoneAsync()
    {
        Assert.Empty(LabNetwork.List());
        Assert.DoesNotContain("client0", await OutputAsync("ip", "-br", "link"), StringComparison.Ordinal);

        // BPF programs and links belong to the process. The kernel removes them soon after its end.
        string programs = "";
        for (int attempt = 0; attempt < 50; attempt++)
        {
            programs = string.Join('\n', OpenBpfPrograms());
            if (programs.Length == 0)
            {
                break;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal("", programs);
    }

    /// <summary>Tools of a lab that still run. Zombies do not count.</summary>
    public static IEnumerable<string> ToolProcesses() =>
        Process.GetProcesses()
            .Where(each => each.ProcessName
                is "iptables-legacy" or "iptables-nft-re" or "xtables-legacy-" or "xtables-nft-mul" or "nft")
            .Select(each => (Text: $"{each.ProcessName} {each.Id}", State: State(each.Id)))
            .Where(each => each.State is not ('Z' or 'X'))
            .Select(each => $"{each.Text} {each.State}");

    private static char State(int processId)
    {
        try
        {
            // "pid (name) S …"
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X';
        }
    }

    private static IEnumerable<string> OpenBpfPrograms() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), out int pid) && pid != Environment.ProcessId
        from info in Infos(folder)
        where info.Contains("prog_tag", StringComparison.Ordinal)
            && CommandLine(folder).Contains("plumbline.dll", StringComparison.Ordinal)
        select folder;

    private static IEnumerable<string> Infos(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder + "/fdinfo").Select(File.ReadAllText)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<string> OutputAsync(string tool, params string[] arguments) =>
        await Linux.Tool.RunAsync(Linux.NetworkNamespace.Own, tool, arguments);
}
