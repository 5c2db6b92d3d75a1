using System.Text;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// pktgen's files as the calling thread's network namespace has them (Documentation/networking/pktgen.rst): one for
/// each kernel thread, one for each device that was added, and one that starts and stops them all.
/// </summary>
internal static class PktgenFiles
{
    public const string Control = "pgctrl";

    // Not /proc/net, which is the namespace of the process's first thread.
    private const string Folder = "/proc/thread-self/net/pktgen";
    private const string ThreadPrefix = "kpktgend_";
    private const string ResultPrefix = "Result:";

    /// <summary>File of the kernel thread that sends on that CPU.</summary>
    public static string ThreadOf(int cpu) => $"{ThreadPrefix}{cpu}";

    public static bool Exists(string file) => File.Exists(Path.Combine(Folder, file));

    /// <summary>Devices that were added, by the kernel thread's file, and whether any of them is sending.</summary>
    public static IReadOnlyList<(string Thread, string Device, bool IsRunning)> Devices() =>
    [
        .. from thread in Directory.EnumerateFiles(Folder, ThreadPrefix + "*").Select(path => Path.GetFileName(path)).Order()
           from line in Read(thread).Split('\n')
           let state = line.Split(':', 2)
           where state[0] is "Running" or "Stopped"
           from device in state[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
           select (thread, device, state[0] == "Running"),
    ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>
    /// Gives one command, which has to be one write(2): of several in one, pktgen takes the first. A line: the last
    /// byte is not looked at.
    /// </summary>
    /// <exception cref="PktgenException">pktgen refuses it.</exception>
    public static void Write(string file, string command)
    {
        try
        {
            using FileStream stream = new(Path.Combine(Folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(command + '\n'));
        }
        catch (IOException exception)
        {
            throw new PktgenException($"pktgen refuses '{command}' for {file}: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Gives one command to a thread or a device, and looks whether it was taken: of an unknown flag only the result
    /// tells.
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
            : "it tells no result";
}
