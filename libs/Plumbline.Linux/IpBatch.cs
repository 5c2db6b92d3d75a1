namespace Plumbline.Linux;

/// <summary>Runs several commands of <c>ip</c> in one process.</summary>
public static class IpBatch
{
    /// <exception cref="ToolException">A command failed; the commands after it did not run.</exception>
    public static Task RunAsync(NetworkNamespace where, IEnumerable<string> lines, CancellationToken token) =>
        Tool.RunAsync(where, "ip", ["-batch", "-"], writer => writer.Write(string.Join('\n', lines) + "\n"), token);
}
