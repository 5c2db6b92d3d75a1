namespace Plumbline.Bpf;

/// <summary>The kernel or libbpf refused something. The message says what, on which program or map, and the last lines of libbpf's log.</summary>
public sealed class BpfException : Exception
{
    public BpfException(string message, int errno, string log)
        : base(Describe(message, errno, log))
    {
        Errno = errno;
        Log = log;
    }

    /// <summary>Positive errno; 0 when there is none.</summary>
    public int Errno { get; }

    /// <summary>All that libbpf printed, the verifier's log included.</summary>
    public string Log { get; }

    private static string Describe(string message, int errno, string log)
    {
        string reason = errno == 0 ? "" : $": {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
        string[] lines = [.. log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(IsTelling)];
        return lines.Length == 0 ? message + reason : $"{message}{reason}. {string.Join("; ", lines[^Math.Min(3, lines.Length)..])}";
    }

    /// <summary>The verifier's reason stands before its statistics and libbpf's summary.</summary>
    private static bool IsTelling(string line) =>
        !line.StartsWith("-- ", StringComparison.Ordinal) && !line.StartsWith("processed ", StringComparison.Ordinal)
        && !line.Contains("failed to load", StringComparison.Ordinal);
}
