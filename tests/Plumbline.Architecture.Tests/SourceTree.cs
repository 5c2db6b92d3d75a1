using System.Diagnostics;
using System.Xml.Linq;

namespace Plumbline.Architecture.Tests;

/// <summary>The repository as text: what git tracks, by its path from the top.</summary>
internal static class SourceTree
{
    public static string Top => Repository.Top;

    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static IEnumerable<string> ProductCode => Files.Where(file =>
        file.EndsWith(".cs", StringComparison.Ordinal)
        && !file.StartsWith("tests/", StringComparison.Ordinal)
        && !file.StartsWith("bench/", StringComparison.Ordinal));

    public static IEnumerable<string> Projects =>
        Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Top, file));

    /// <summary>The projects that a project references, by their path from the top.</summary>
    public static IEnumerable<string> References(string project) =>
        XDocument.Parse(Text(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetRelativePath(Top, Path.GetFullPath(
                Path.Combine(Top, Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value))));

    private static string[] ListFiles()
    {
        using Process git = Process.Start(new ProcessStartInfo(
            "git", ["-c", "safe.directory=*", "-C", Top, "ls-files"])
        {
            RedirectStandardOutput = true,
        })!;
        string[] files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        if (git.ExitCode != 0 || files.Length == 0)
        {
            throw new InvalidOperationException("git does not list the repository's files");
        }

        return [.. files.Where(file => File.Exists(Path.Combine(Top, file)))];
    }
}
