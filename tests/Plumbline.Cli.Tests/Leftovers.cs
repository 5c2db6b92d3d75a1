using System.Diagnostics;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>Looks for anything that a lab may have left on the machine.</summary>
internal static class Leftovers
{
    public static async Task AssertNoneAsync()
    {
        Assert.Empty(LabNetwork.List());
        Assert.DoesNotContain("client0", await OutputAsync("ip", "-br", "link"), StringComparison.Ordinal);

        // Everything BPF hangs on the process: with it, programs and links are gone after a moment.
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

    /// <summary>Tools of a lab that still run; one that only waits for init to take note of its end does not.</summary>
    public static IEnumerable<string> ToolProcesses() =>
        Process.GetProcesses().Where(
            each => each.ProcessName is "iptables-legacy" or "iptables-nft-re" or "xtables-legacy-" or "xtables-nft-mul" or "nft")
            .Select(each => $"{each.ProcessName} {each.Id} {State(each.Id)}")
            .Where(each => !each.EndsWith(" Z", StringComparison.Ordinal) && !each.EndsWith(
                " X", StringComparison.Ordinal));

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
        where info.Contains("prog_tag", StringComparison.Ordinal) && CommandLine(folder).Contains(
            "plumbline.dll", StringComparison.Ordinal)
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
