namespace Plumbline.Linux;

/// <summary>A system tool failed. The message names the tool, its network namespace and its output.</summary>
public sealed class ToolException : Exception
{
    public ToolException(
        string tool, IReadOnlyList<string> arguments, NetworkNamespace where, int exitCode, string standardError)
        : base(
            $"`{tool} {string.Join(' ', arguments)}` in {where} ended with status {exitCode}: "
            + FirstLines(standardError))
    {
        Tool = tool;
        ExitCode = exitCode;
    }

    public ToolException(string tool, IReadOnlyList<string> arguments, NetworkNamespace where, Exception cause)
        : base($"`{tool} {string.Join(' ', arguments)}` in {where} cannot be started: {cause.Message}", cause)
    {
        Tool = tool;
        ExitCode = 127;
    }

    public string Tool { get; }

    public int ExitCode { get; }

    private static string FirstLines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "it printed nothing" : string.Join("; ", lines.Take(3));
    }
}
