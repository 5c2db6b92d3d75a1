using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Plumbline.Deploy.Tests;

public sealed partial class Dockerfile_specs
{
    public static TheoryData<string> Services =>
        [.. Directory.GetFiles(Repository.File("services"), "Dockerfile", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order()];

    [Fact]
    public void Every_worker_has_a_Dockerfile() => Assert.Equal(
        ["aggregator", "echo-worker", "node-probe", "rtt-probe", "scheduler", "service-scaler"], Services.Select(
            each => each.Data));

    [Theory]
    [MemberData(nameof(Services))]
    public void Base_images_have_a_fixed_version(string service)
    {
        string[] lines = Lines(service);
        Dictionary<string, string> arguments = lines.Where(line => line.StartsWith("ARG ", StringComparison.Ordinal))
            .Select(line => line[4..].Split('=', 2)).ToDictionary(parts => $"${{{parts[0]}}}", parts => parts[1]);
        string[] bases =
            [.. lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[1])];
        Assert.Equal(2, bases.Length);
        Assert.All(bases, each => Assert.Matches(Pinned(), arguments.GetValueOrDefault(each, each)));
    }

    [Theory]
    [InlineData("scheduler")]
    [InlineData("aggregator")]
    [InlineData("echo-worker")]
    public void A_worker_that_needs_nothing_from_the_kernel_does_not_run_as_root(string service)
    {
        string user = Lines(service).Last(line => line.StartsWith("USER ", StringComparison.Ordinal))["USER ".Length..];
        Assert.True(user is "1654" or "$APP_UID", $"runs as {user}");
    }

    /// <summary>A missing project would be restored as if it had no references.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void It_restores_with_the_files_of_all_projects_that_it_needs(string service)
    {
        SortedSet<string> needed = [];
        string[] lines = Lines(service);
        foreach (string line in lines.Where(line => line.Contains("dotnet restore ", StringComparison.Ordinal)))
        {
            foreach (Match match in Restored().Matches(line))
            {
                AddWithReferences(match.Groups[1].Value, needed);
            }
        }

        SortedSet<string> copied =
            [.. lines.Select(line => Copied().Match(line)).Where(match => match.Success)
                .Select(match => match.Groups[1].Value)];
        Assert.Contains($"services/{service}", needed);
        Assert.Equal(needed, copied);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void It_contains_no_secret(string service) => Assert.DoesNotContain(
        Lines(service), line => Secret().IsMatch(line));

    [Fact]
    public void Secrets_and_results_do_not_reach_the_builder()
    {
        string[] lines =
            [.. File.ReadLines(Repository.File(".dockerignore")).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.Equal("**", lines[0]);
        Assert.Equal(
            [
                "!.editorconfig",
                "!BannedSymbols.txt",
                "!Directory.Build.props",
                "!Directory.Packages.props",
                "!bpf",
                "!contracts",
                "!global.json",
                "!libs",
                "!services",
            ],
            lines.Where(line => line[0] == '!').Order(StringComparer.Ordinal));
    }

    private static string[] Lines(string service) => File.ReadAllText(Repository.File($"services/{service}/Dockerfile"))
        .Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').ToArray();

    private static void AddWithReferences(string folder, SortedSet<string> projects)
    {
        if (!projects.Add(folder))
        {
            return;
        }

        string project = Directory.GetFiles(Repository.File(folder), "*.csproj").Single();
        foreach (string reference in XDocument.Load(project).Descendants("ProjectReference")
            .Select(each => each.Attribute("Include")!.Value))
        {
            string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, reference));
            AddWithReferences(Path.GetRelativePath(Repository.Top, Path.GetDirectoryName(file)!), projects);
        }
    }

    [GeneratedRegex(@":[0-9]+\.[0-9]+[a-z0-9.-]*$")]
    private static partial Regex Pinned();

    [GeneratedRegex("dotnet restore ([a-z/-]+)")]
    private static partial Regex Restored();

    [GeneratedRegex(@"^COPY ([A-Za-z/.-]+)/\*\.csproj \1/$")]
    private static partial Regex Copied();

    [GeneratedRegex("^(ARG|ENV) .*(PASS|SECRET|TOKEN)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
