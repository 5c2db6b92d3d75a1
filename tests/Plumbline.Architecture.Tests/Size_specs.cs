namespace Plumbline.Architecture.Tests;

public sealed class Size_specs
{
    private const int MostLines = 250;
    private const int MedianLines = 50;

    private static readonly (string File, int Lines)[] s_sizes =
        [.. SourceTree.ProductCode.Select(file => (file, File.ReadLines(Path.Combine(SourceTree.Top, file)).Count()))];

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() => Assert.All(
        s_sizes, each => Assert.True(each.Lines <= MostLines, $"{each.File} has {each.Lines} lines"));

    [Fact]
    public void Half_of_all_files_fit_on_a_screen() =>
        Assert.InRange(s_sizes.Select(each => each.Lines).Order().ElementAt(s_sizes.Length / 2), 1, MedianLines);
}
