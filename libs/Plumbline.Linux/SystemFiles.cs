namespace Plumbline.Linux;

/// <summary>Reads the small text files of /proc, /sys and /etc.</summary>
/// <param name="root">The folder that holds them; a test has one of its own.</param>
public sealed class SystemFiles(string root)
{
    public static SystemFiles OfMachine { get; } = new("/");

    /// <summary>The file's text without surrounding space; null when it is missing, unreadable or empty.</summary>
    /// <param name="path">Such as <c>sys/kernel/realtime</c>.</param>
    public string? Read(string path)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(root, path)).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names of the folder's files, in order; null when the folder is missing.</summary>
    public IReadOnlyList<string>? Names(string folder) => Directory.Exists(Path.Combine(root, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(root, folder)).Select(Path.GetFileName).OfType<string>().Order()]
        : null;
}
