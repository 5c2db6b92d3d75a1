namespace Plumbline.Linux;

/// <summary>Several commands of ip at once.</summary>
public static class IpBatch
{
    /// <exception cref="ToolException">One failed.</exception>
    public static Task RunAsync(NetworkNamespace where, IEnumerable<string> lines, CancellationToken token) =>
        Tool.RunAsync(where, "ip", ["-batch", "-"], writer => writer.Write(string.Join('\n', lines) + "\n"), token);
}
