namespace Plumbline.Histograms.Tests;

internal static class Repository
{
    public static string File(string relativePath)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "Pipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new InvalidOperationException("the tests do not lie in the repository"), relativePath);
    }
}
