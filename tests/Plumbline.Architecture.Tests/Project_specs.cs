using System.Text.RegularExpressions;

namespace Plumbline.Architecture.Tests;

public sealed partial class Project_specs
{
    [Fact]
    public void References_have_no_cycle()
    {
        Dictionary<string, string[]> projects =
            SourceTree.Projects.ToDictionary(project => project, project => SourceTree.References(project).ToArray());
        while (projects.FirstOrDefault(each => !each.Value.Any(projects.ContainsKey)) is { Key: { } known })
        {
            projects.Remove(known);
        }

        Assert.Empty(projects.Keys);
    }

    [Fact]
    public void Namespaces_of_libraries_are_their_folders() => Assert.All(
        SourceTree.ProductCode.Where(file => file.StartsWith("libs/", StringComparison.Ordinal)),
        file =>
        {
            string folder = Path.GetDirectoryName(file)!["libs/".Length..].Replace('/', '.');
            Assert.All(Namespace().Matches(SourceTree.Text(file)), each => Assert.Equal(folder, each.Groups[1].Value));
        });

    [GeneratedRegex("^namespace ([^;\r\n]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
