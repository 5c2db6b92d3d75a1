using System.Diagnostics;

namespace Plumbline.Deploy.Tests;

public sealed class Secrets_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Secrets_specs()
    {
        File.Copy(Repository.File("deploy/make-secrets"), _folder.File("make-secrets"));
        Run();
    }

    [Fact]
    public void It_makes_every_file_that_docker_compose_needs()
    {
        IEnumerable<string> asked = ComposeFile.Section("secrets").Values.Select(
            each => (string)((IDictionary<object, object>)each)["file"])
            .Concat(ComposeFile.Services.SelectMany(each => ComposeFile.List(each.Settings, "env_file")));
        Assert.Equal(
            asked.Select(file => Path.GetRelativePath("deploy/secrets", file)).Distinct().Order(StringComparer.Ordinal),
            Made().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_needs_them_before_it_is_created() => Assert.All(
        ComposeFile.Services, each =>
            Assert.Contains("deploy/secrets/run-deploy-make-secrets.env", ComposeFile.List(each.Settings, "env_file")));

    [Fact]
    public void Every_password_is_different_and_long()
    {
        string[] passwords =
            [.. Made().Where(each => each.Key.EndsWith("_password.txt", StringComparison.Ordinal))
                .Select(each => each.Value)];
        Assert.Equal(4, passwords.Distinct().Count());
        Assert.All(passwords, password => Assert.Matches("^[0-9a-f]{48}$", password));
    }

    [Fact]
    public void The_broker_has_the_same_password_as_the_workers()
    {
        Dictionary<string, string> made = Made();
        Assert.Equal(
            $"default_user = plumbline\ndefault_pass = {made["broker_password.txt"]}\n", made["rabbitmq_user.conf"]);
        Assert.Equal("PLUMBLINE_BROKER__USERNAME=plumbline\n", made["run-deploy-make-secrets.env"]);
    }

    [Fact]
    public void It_keeps_existing_files()
    {
        Dictionary<string, string> before = Made();
        Run();
        Assert.Equal(before, Made());
    }

    /// <summary>Containers' users must read the files. So the folder keeps other users of the host out.</summary>
    [Fact]
    public void No_other_user_can_enter_the_folder() => Assert.Equal(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(
            _folder.File("secrets")));

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, string> Made() =>
        Directory.GetFiles(_folder.File("secrets")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    private void Run()
    {
        using Process process = Process.Start(
            new ProcessStartInfo("sh", [_folder.File("make-secrets")]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
