namespace Plumbline.Architecture.Tests;

public sealed class Line_specs
{
    private const int MostCharacters = 120;

    /// <summary>What other programs printed. It is kept as they printed it.</summary>
    private const string Recordings = "tests/golden/";

    private static readonly string[] s_kinds = [".c", ".cs", ".css", ".h", ".liquid", ".py", ".sh", ".sql", ".yaml"];

    [Fact]
    public void No_line_is_longer_than_120_characters()
    {
        string[] found = [.. from file in SourceTree.Files
                             where !file.StartsWith(Recordings, StringComparison.Ordinal)
                             where s_kinds.Contains(Path.GetExtension(file))
                             from line in File.ReadLines(Path.Combine(SourceTree.Top, file)).Index()
                             where line.Item.Length > MostCharacters
                             select $"{file}:{line.Index + 1}"];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
