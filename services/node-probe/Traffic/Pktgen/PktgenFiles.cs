using System.Text;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// pktgen's files in the calling thread's network namespace (Documentation/networking/pktgen.rst): one for each
/// kernel thread, one for each added device, and one that starts and stops them all.
/// </summary>
internal static class PktgenFiles
{
    public const string Control = "pgctrl";

    // /proc/net would be the namespace of the process's first thread.
    private const string Folder = "/proc/thread-self/net/pktgen";
    private const string ThreadPrefix = "kpktgend_";
    private const string ResultPrefix = "Result:";

    /// <summary>The file of the kernel thread that sends on a CPU.</summary>
    public static string ThreadOf(int cpu) => $"{ThreadPrefix}{cpu}";

    public static bool Exists(string file) => File.Exists(Path.Combine(Folder, file));

    /// <summary>Added devices, the kernel thread's file of each, and whether it is sending.</summary>
    public static IReadOnlyList<(string Thread, string Device, bool IsRunning)> Devices() =>
    [
        .. from path in Directory.EnumerateFiles(Folder, ThreadPrefix + "*").Order()
           let thread = Path.GetFileName(path)
           from line in Read(thread).Split('\n')
           let state = line.Split(':', 2)
           where state[0] is "Running" or "Stopped"
           from device in state[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
           select (thread, device, state[0] == "Running"),
    ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>
    /// Gives one command in one write(2): pktgen reads only the first command of a write. It ignores the last byte,
    /// hence the newline.
    /// </summary>
    /// <exception cref="PktgenException">pktgen refuses it.</exception>
    public static void Write(string file, string command)
    {
        try
        {
            using FileStream stream = new(
                Path.Combine(Folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(command + '\n'));
        }
        catch (IOException exception)
        {
            throw new PktgenException($"pktgen refuses '{command}' for {file}: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Gives a command to a thread or device and checks the result: an unknown flag fails only there.
    /// </summary>
    /// <exception cref="PktgenException">pktgen refuses it.</exception>
    public static void Configure(string file, string command)
    {
        Write(file, command);
        string result = ResultOf(Read(file));
        if (!result.StartsWith("OK", StringComparison.Ordinal))
        {
            throw new PktgenException($"pktgen refuses '{command}' for {file}: {result}");
        }
    }

    private static string ResultOf(string text) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(ResultPrefix, StringComparison.Ordinal)) is { } line
            ? line[ResultPrefix.Length..].Trim()
            : "it gives no result";
}
