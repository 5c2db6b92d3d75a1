namespace Plumbline.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of Pipeline.sln.</summary>
    public static string Top { get; } = FindTop();

    public static string File(string relativePath) => Path.Combine(Top, relativePath);

    private static string FindTop()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "Pipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests do not lie in the repository");
    }
}
