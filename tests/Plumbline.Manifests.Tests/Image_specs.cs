using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Plumbline.Manifests.Tests;

public sealed partial class Image_specs
{
    private static string Version =>
        XDocument.Load(Repository.File("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public async Task Every_image_has_a_fixed_version() =>
        Assert.All(await ImagesAsync(), image => Assert.Matches(Pinned(), image));

    [Fact]
    public async Task Our_images_have_the_products_version_and_a_Dockerfile_of_their_name() => Assert.All(
        (await ImagesAsync()).Where(image => image.StartsWith("plumbline/", StringComparison.Ordinal)),
        image =>
        {
            Match parts = Ours().Match(image);
            Assert.Equal(Version, parts.Groups["version"].Value);
            Assert.True(File.Exists(Repository.File($"services/{parts.Groups["name"].Value}/Dockerfile")), image);
        });

    [Fact]
    public async Task Servers_have_the_same_images_as_in_docker_compose()
    {
        string compose = await File.ReadAllTextAsync(
            Repository.File("docker-compose.yml"), TestContext.Current.CancellationToken);
        string[] servers =
            [.. (await ImagesAsync()).Where(image => !image.StartsWith("plumbline/", StringComparison.Ordinal))
                .Distinct()];
        Assert.Equal(3, servers.Length);
        Assert.All(servers, image => Assert.Contains($":-{image}}}", compose, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_ask_no_public_registry_for_our_images() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(each => each.Workloads).Where(each => each.IsOurs),
        each => Assert.Equal("Never", each.Container.ImagePullPolicy));

    [Fact]
    public async Task With_the_registry_component_nodes_pull_all_our_images_from_there()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(
            folder.File("kustomization.yaml"),
            $"""
            resources: [{Path.GetRelativePath(folder.Path, Repository.File("k8s"))}]
            components: [{Path.GetRelativePath(folder.Path, Repository.File("k8s/components/registry"))}]
            """,
            TestContext.Current.CancellationToken);
        Workload[] ours = [.. (await Manifests.OfAsync(folder.Path)).Workloads.Where(each => each.IsOurs)];

        Assert.Equal(7, ours.Length);
        Assert.All(ours, each =>
        {
            Assert.StartsWith("registry.example.com/plumbline/", each.Container.Image, StringComparison.Ordinal);
            Assert.Equal("IfNotPresent", each.Container.ImagePullPolicy);
        });
    }

    private static async Task<IEnumerable<string>> ImagesAsync() =>
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads).Select(each => each.Container.Image);

    [GeneratedRegex(@"^[a-z0-9./-]+:[0-9]+\.[0-9]+\.?[a-z0-9.-]*$")]
    private static partial Regex Pinned();

    [GeneratedRegex("^plumbline/(?<name>[a-z-]+):(?<version>.+)$")]
    private static partial Regex Ours();
}
