using CliWrap;
using CliWrap.Buffered;

namespace Plumbline.Hosting.Tests;

/// <summary>What a worker reports about wrong settings before it starts.</summary>
public sealed class Setting_specs : IDisposable
{
    private const string NotAConnectionString =
        "is not a connection string: it must read Host=…;Database=…;Username=…, with the keywords of Npgsql";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_wrong_setting_of_every_group_has_a_line_of_its_own()
    {
        (int code, string[] lines) = await RunAsync("service-scaler", new WorkerSettings
        {
            ["BROKER__HOST"] = "",
            ["BROKER__PORT"] = "five",
            ["BROKER__PASSWORDFILE"] = _folder.File("missing"),
            ["HEALTH__PORT"] = "70000",
            ["HEALTH__ADDRESS"] = "everywhere",
            ["LAB__ECHOWORKER"] = _folder.File("missing"),
        });

        Assert.Equal(2, code);
        Assert.Equal(
            [
                "service-scaler: PLUMBLINE_BROKER__HOST: must be set",
                $"service-scaler: PLUMBLINE_BROKER__PASSWORDFILE: there is no file {_folder.File("missing")}",
                "service-scaler: PLUMBLINE_BROKER__PORT: 'five' is not a number",
                "service-scaler: PLUMBLINE_HEALTH__ADDRESS: 'everywhere' is not an IP address",
                "service-scaler: PLUMBLINE_HEALTH__PORT: must be between 0 and 65535",
                $"service-scaler: PLUMBLINE_LAB__ECHOWORKER: there is no file {_folder.File("missing")}",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("aggregator")]
    [InlineData("scheduler")]
    public async Task A_worker_without_settings_names_all_that_it_needs(string worker)
    {
        (int code, string[] lines) = await RunAsync(worker, new WorkerSettings
        {
            ["BROKER__HOST"] = "",
            ["BROKER__USERNAME"] = "",
            ["POSTGRES__CONNECTIONSTRING"] = "",
        });

        Assert.Equal(2, code);
        Assert.Equal(
            [
                $"{worker}: PLUMBLINE_BROKER__HOST: must be set",
                $"{worker}: PLUMBLINE_BROKER__USERNAME: must be set",
                $"{worker}: PLUMBLINE_POSTGRES__CONNECTIONSTRING: must be set",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Host=h;Porrt=5432", NotAConnectionString)]
    [InlineData("Host=h;Port=many;Password=secret", NotAConnectionString)]
    [InlineData("secret", NotAConnectionString)]
    [InlineData("Database=plumbline;Password=secret", "names no Host")]
    public async Task A_wrong_connection_string_is_reported_without_its_text(string connectionString, string message)
    {
        (int code, string[] lines) =
            await RunAsync("aggregator", new WorkerSettings { ["POSTGRES__CONNECTIONSTRING"] = connectionString });

        Assert.Equal((2, $"aggregator: PLUMBLINE_POSTGRES__CONNECTIONSTRING: {message}"), (code, Assert.Single(lines)));
        Assert.DoesNotContain("secret", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BROKER__PASSWORDFILE")]
    [InlineData("POSTGRES__PASSWORDFILE")]
    public async Task A_missing_or_empty_secret_file_and_a_folder_are_reported_by_name(string variable)
    {
        await File.WriteAllTextAsync(_folder.File("empty"), "\n", TestContext.Current.CancellationToken);

        Assert.Equal(
            $"aggregator: PLUMBLINE_{variable}: there is no file {_folder.File("missing")}",
            await OneLineAsync(variable, _folder.File("missing")));
        Assert.Equal(
            $"aggregator: PLUMBLINE_{variable}: the file {_folder.File("empty")} is empty",
            await OneLineAsync(variable, _folder.File("empty")));
        Assert.StartsWith(
            $"aggregator: PLUMBLINE_{variable}: the file {_folder.Path} cannot be read: ",
            await OneLineAsync(variable, _folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_brokers_host_is_logged_and_the_worker_waits_for_it()
    {
        WorkerSettings settings = new() { ["BROKER__HOST"] = "nowhere.invalid" };
        await using Worker worker = settings.Start("rtt-probe");

        const string unknown = "PLUMBLINE_BROKER__HOST: the host nowhere.invalid is unknown";
        await WorkerSettings.UntilAsync(
            () => Task.FromResult(worker.Output.Contains(unknown, StringComparison.Ordinal)), () => worker.Output);
        Assert.Equal((200, 503), (await settings.GetAsync("/healthz"), await settings.GetAsync("/readyz")));
    }

    private static async Task<string> OneLineAsync(string variable, string value)
    {
        (int code, string[] lines) = await RunAsync("aggregator", new WorkerSettings { [variable] = value });
        Assert.Equal(2, code);
        return Assert.Single(lines);
    }

    private static async Task<(int Code, string[] Lines)> RunAsync(string name, WorkerSettings settings)
    {
        BufferedCommandResult run = await CliWrap.Cli.Wrap(Worker.Program(name))
            .WithEnvironmentVariables(settings.Variables)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.Empty(run.StandardOutput);
        return (run.ExitCode, run.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
