using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>
/// The kernel or libbpf refused something. The message names the program or map and ends with the last lines of
/// libbpf's log.
/// </summary>
public sealed class BpfException : Exception
{
    private const int MostLines = 3;

    public BpfException(string message, int errno, string log)
        : base(Describe(message, errno, log))
    {
        Errno = errno;
        Log = log;
    }

    /// <summary>Positive errno; 0 if there is none.</summary>
    public int Errno { get; }

    /// <summary>Everything that libbpf printed, including the verifier's log.</summary>
    public string Log { get; }

    private static string Describe(string message, int errno, string log)
    {
        string reason = errno == 0 ? "" : $": {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
        string[] lines = [.. log
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(GivesReason)
            .TakeLast(MostLines)];
        return lines.Length == 0 ? message + reason : $"{message}{reason}. {string.Join("; ", lines)}";
    }

    /// <summary>The verifier's reason comes before its statistics and libbpf's summary.</summary>
    private static bool GivesReason(string line) =>
        !line.StartsWith("-- ", StringComparison.Ordinal)
        && !line.StartsWith("processed ", StringComparison.Ordinal)
        && !line.Contains("failed to load", StringComparison.Ordinal);
}
