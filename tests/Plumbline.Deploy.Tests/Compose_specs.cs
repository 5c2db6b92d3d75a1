using System.Text.RegularExpressions;
using System.Xml.Linq;
using Plumbline.Hosting;

namespace Plumbline.Deploy.Tests;

public sealed partial class Compose_specs
{
    private static readonly string[] s_lab = ["node-probe", "rtt-probe", "service-scaler"];

    private static readonly string[] s_unprivileged = ["aggregator", "scheduler"];

    [Fact]
    public void It_has_all_parts_of_the_pipeline() => Assert.Equal(
        ["aggregator", "grafana", "node-probe", "postgres", "rabbitmq", "rtt-probe", "scheduler", "service-scaler"],
        ComposeFile.Services.Select(each => each.Name).Order());

    [Fact]
    public void Every_image_has_a_fixed_version() =>
        Assert.All(ComposeFile.Services, each => Assert.Matches(Pinned(), (string)each.Settings["image"]));

    [Fact]
    public void The_workers_images_have_the_products_version() => Assert.Equal(
        XDocument.Load(Repository.File("Directory.Build.props")).Descendants("Version")
            .Single().Value, ComposeFile.Variables["PLUMBLINE_VERSION"]);

    [Fact]
    public void Ports_are_published_on_loopback_only()
    {
        Assert.All(
            ComposeFile.Services.SelectMany(each => ComposeFile.List(each.Settings, "ports")),
            port => Assert.Matches("^127\\.0\\.0\\.1:[0-9]+:[0-9]+$", port));
        Assert.All(ComposeFile.Services, each => Assert.DoesNotContain("network_mode", each.Settings.Keys));
    }

    [Fact]
    public void Only_the_lab_is_privileged()
    {
        Assert.Equal(s_lab, ComposeFile.Services
            .Where(each => each.Settings.TryGetValue("privileged", out object? value) && (string)value == "true")
                .Select(each => each.Name).Order());
        Assert.All(ComposeFile.Services, each => Assert.All(
            ["cap_add", "pid", "ipc", "userns_mode", "devices"], name =>
                Assert.DoesNotContain(name, each.Settings.Keys)));
    }

    [Fact]
    public void Only_the_lab_can_write_to_folders_of_the_host()
    {
        foreach ((string name, IDictionary<object, object> settings) in ComposeFile.Services)
        {
            string[] written =
            [
                .. ComposeFile.List(settings, "volumes")
                    .Where(volume => volume[0] is '/' or '.' && !volume.EndsWith(":ro", StringComparison.Ordinal)),
            ];
            Assert.Equal(
                s_lab.Contains(name) ? ["/run/netns:/run/netns:rshared", "/run/plumbline:/run/plumbline"] : [],
                written);
        }
    }

    [Fact]
    public void The_lab_does_not_reach_the_database() => Assert.All(
        s_lab, name => Assert.Equal(["broker"], ComposeFile.List(ComposeFile.Service(name), "networks")));

    [Fact]
    public void A_worker_that_needs_nothing_from_the_kernel_has_no_privileges() => Assert.All(s_unprivileged, name =>
    {
        IDictionary<object, object> settings = ComposeFile.Service(name);
        Assert.Equal("1654:1654", settings["user"]);
        Assert.Equal("true", settings["read_only"]);
        Assert.Equal(["ALL"], ComposeFile.List(settings, "cap_drop"));
        Assert.Contains("no-new-privileges:true", ComposeFile.List(settings, "security_opt"));
    });

    [Fact]
    public void Every_service_has_limits_on_memory_processes_and_logs() => Assert.All(ComposeFile.Services, each =>
    {
        Assert.Contains("mem_limit", each.Settings.Keys);
        Assert.Contains("pids_limit", each.Settings.Keys);
        IDictionary<object, object> logging = ComposeFile.Map(ComposeFile.Map(each.Settings, "logging"), "options");
        Assert.Contains("max-size", logging.Keys);
        Assert.Contains("max-file", logging.Keys);
    });

    [Fact]
    public void Nothing_that_measures_has_a_CPU_limit() => Assert.All(
        s_lab, name =>
            Assert.DoesNotContain(
                ComposeFile.Service(name).Keys, key => ((string)key).StartsWith("cpu", StringComparison.Ordinal)));

    [Fact]
    public void Every_service_restarts_and_waits_until_those_it_needs_are_healthy()
    {
        foreach ((_, IDictionary<object, object> settings) in ComposeFile.Services)
        {
            Assert.Equal("unless-stopped", settings["restart"]);
            Assert.All(ComposeFile.Map(settings, "depends_on"), needed =>
            {
                Assert.Equal("service_healthy", ((IDictionary<object, object>)needed.Value)["condition"]);
                Assert.Contains("healthcheck", ComposeFile.Service((string)needed.Key).Keys);
            });
        }

        Assert.All(
            s_lab, name => Assert.Equal(["rabbitmq"], ComposeFile.Map(ComposeFile.Service(name), "depends_on").Keys));
        Assert.All(
            s_unprivileged,
            name =>
                Assert.Equal(
                    ["postgres", "rabbitmq"], ComposeFile.Map(ComposeFile.Service(name), "depends_on").Keys.Order()));
    }

    [Fact]
    public void Passwords_are_in_files_only()
    {
        Assert.DoesNotContain("Password=", ComposeFile.Text, StringComparison.OrdinalIgnoreCase);
        var settings = ComposeFile.Services.SelectMany(each => ComposeFile.Map(each.Settings, "environment"))
            .Where(each => Secret().IsMatch((string)each.Key)).ToList();
        Assert.NotEmpty(settings);
        Assert.All(settings, each =>
        {
            Assert.EndsWith("FILE", (string)each.Key, StringComparison.Ordinal);
            Assert.StartsWith("/run/secrets/", (string)each.Value, StringComparison.Ordinal);
        });
        Assert.All(ComposeFile.Section("secrets").Values, each => Assert.StartsWith(
            "deploy/secrets/", (string)((IDictionary<object, object>)each)["file"], StringComparison.Ordinal));
        Assert.Equal(["*", "!.gitignore"], File.ReadAllLines(Repository.File("deploy/secrets/.gitignore")));
    }

    [Fact]
    public void Every_secret_is_given_to_the_service_that_names_it() => Assert.All(ComposeFile.Services, each =>
    {
        IEnumerable<string> named = ComposeFile.Map(each.Settings, "environment").Values.OfType<string>()
            .Where(value => value.StartsWith("/run/secrets/", StringComparison.Ordinal))
                .Select(value => value["/run/secrets/".Length..]);
        Assert.Subset(ComposeFile.List(each.Settings, "secrets").ToHashSet(), named.ToHashSet());
        Assert.All(
            ComposeFile.List(each.Settings, "secrets").Where(secret => secret.Length > 0),
            secret => Assert.Contains(secret, ComposeFile.Section("secrets").Keys));
    });

    [Fact]
    public void Every_setting_in_the_environment_is_read_by_a_worker()
    {
        HashSet<string> read =
        [
            .. typeof(BrokerOptions).GetProperties()
                .Select(each => $"PLUMBLINE_BROKER__{each.Name.ToUpperInvariant()}"),
            .. typeof(PostgresOptions).GetProperties()
                .Select(each => $"PLUMBLINE_POSTGRES__{each.Name.ToUpperInvariant()}"),
            .. typeof(HealthOptions).GetProperties()
                .Select(each => $"PLUMBLINE_HEALTH__{each.Name.ToUpperInvariant()}"),
        ];
        string[] told =
        [
            .. ComposeFile.Services.SelectMany(each => ComposeFile.Map(each.Settings, "environment").Keys)
                .Cast<string>()
                .Where(key => key.StartsWith("PLUMBLINE_", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(told);
        Assert.All(told, name => Assert.Contains(name, read));
    }

    [Fact]
    public void The_example_has_all_settings_with_their_defaults()
    {
        Dictionary<string, string> example = File.ReadLines(Repository.File("deploy/.env.example"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2))
                .ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Equal(
            ComposeFile.Variables.OrderBy(each => each.Key, StringComparer.Ordinal),
            example.OrderBy(each => each.Key, StringComparer.Ordinal));
    }

    /// <summary>A tag that names a version.</summary>
    [GeneratedRegex(@"^[a-z0-9./-]+:[0-9]+\.[0-9]+[a-z0-9.-]*$")]
    private static partial Regex Pinned();

    [GeneratedRegex("PASS|SECRET|TOKEN")]
    private static partial Regex Secret();
}
