namespace Plumbline.Architecture.Tests;

public sealed class Line_specs
{
    private const int MostCharacters = 120;

    /// <summary>Top-level folders that still have longer lines.</summary>
    private static readonly string[] s_exempt = ["k8s", "libs", "tests"];

    private static readonly string[] s_kinds = [".c", ".cs", ".css", ".h", ".liquid", ".py", ".sh", ".sql", ".yaml"];

    private static string[] LongLines => [.. from file in SourceTree.Files
                                             where s_kinds.Contains(Path.GetExtension(file))
                                             from line in File.ReadLines(Path.Combine(SourceTree.Top, file)).Index()
                                             where line.Item.Length > MostCharacters
                                             select $"{file}:{line.Index + 1}"];

    [Fact]
    public void No_line_is_longer_than_120_characters()
    {
        string[] found = [.. LongLines.Where(line => !s_exempt.Contains(line.Split('/')[0]))];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void A_folder_without_longer_lines_is_exempt_no_more() =>
        Assert.Equal(s_exempt, LongLines.Select(line => line.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
}
