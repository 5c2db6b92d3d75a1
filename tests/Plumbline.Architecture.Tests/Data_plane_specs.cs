using System.Text.RegularExpressions;

namespace Plumbline.Architecture.Tests;

public sealed partial class Data_plane_specs
{
    private const string Library = "libs/Plumbline.DataPlanes/";

    [Fact]
    public void No_code_outside_its_folder_names_a_data_plane() => Assert.Equal(
        [
            "cli/Requirements.cs", // a Debian package
            "contracts/ExperimentSpec.cs", // the request's default
            "contracts/ProxyMode.cs", // a mode of kube-proxy
            "libs/Plumbline.DataPlanes/ForeignRules.cs", // a key of nft's JSON
            "libs/Plumbline.Paths/Lab/EmptyChains.cs", // a tool
        ],
        Naming(Name()));

    [Fact]
    public void Only_the_list_of_all_knows_a_data_planes_types() =>
        Assert.Equal([Library + "KnownDataPlanes.cs"], Naming(Folder()));

    [Fact]
    public void Data_planes_know_nothing_of_each_other_but_what_both_iptables_share() => Assert.All(
        SourceTree.ProductCode.Where(IsOfOne),
        file => Assert.All(
            Folder().Matches(SourceTree.Text(file)).Select(match => match.Groups["name"].Value),
            used => Assert.Contains(used, (string[])["Iptables", Path.GetFileName(Path.GetDirectoryName(file))!])));

    private static IEnumerable<string> Naming(Regex what) => SourceTree.ProductCode
        .Where(file => !IsOfOne(file) && what.IsMatch(SourceTree.Text(file)))
        .Order(StringComparer.Ordinal);

    /// <summary>Whether a file is in a data plane's own folder.</summary>
    private static bool IsOfOne(string file) =>
        file.StartsWith(Library, StringComparison.Ordinal) && file.LastIndexOf('/') >= Library.Length;

    /// <summary>In a line of code, not of comment.</summary>
    [GeneratedRegex(
        @"^(?!\s*//).*""(iptables-legacy|iptables-nft|nftables)""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex(@"^using Plumbline\.DataPlanes\.(?<name>\w+);", RegexOptions.Multiline)]
    private static partial Regex Folder();
}
