using CliWrap;
using CliWrap.Buffered;

namespace Plumbline.Hosting.Tests;

/// <summary>A worker reports wrong settings before it does anything else.</summary>
public sealed class Setting_specs : IDisposable
{
    private const string NoConnectionString =
        "is not a connection string: it must read Host=…;Database=…;Username=…, with the keywords of Npgsql";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_wrong_setting_of_every_section_is_named_in_its_own_line()
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
    [InlineData("Host=h;Porrt=5432", NoConnectionString)]
    [InlineData("Host=h;Port=many;Password=secret", NoConnectionString)]
    [InlineData("secret", NoConnectionString)]
    [InlineData("Database=plumbline;Password=secret", "names no Host")]
    public async Task A_wrong_connection_string_is_named_and_not_repeated(string connectionString, string message)
    {
        string line = await OneLineAsync("POSTGRES__CONNECTIONSTRING", connectionString);

        Assert.Equal($"aggregator: PLUMBLINE_POSTGRES__CONNECTIONSTRING: {message}", line);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BROKER__PASSWORDFILE")]
    [InlineData("POSTGRES__PASSWORDFILE")]
    public async Task A_secret_with_a_missing_empty_or_unreadable_file_is_named_with_the_file(string variable)
    {
        await File.WriteAllTextAsync(_folder.File("empty"), "\n", TestContext.Current.CancellationToken);

        (string missing, string empty, string folder) = (_folder.File("missing"), _folder.File("empty"), _folder.Path);
        string name = $"aggregator: PLUMBLINE_{variable}";
        Assert.Equal($"{name}: there is no file {missing}", await OneLineAsync(variable, missing));
        Assert.Equal($"{name}: the file {empty} is empty", await OneLineAsync(variable, empty));
        Assert.StartsWith(
            $"{name}: the file {folder} cannot be read: ",
            await OneLineAsync(variable, folder),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_broker_host_is_logged_and_the_worker_waits_for_it()
    {
        WorkerSettings settings = new() { ["BROKER__HOST"] = "nowhere.invalid" };
        await using Worker worker = settings.Start("rtt-probe");

        const string reason = "PLUMBLINE_BROKER__HOST: the host nowhere.invalid is unknown";
        await WorkerSettings.UntilAsync(
            () => Task.FromResult(worker.Output.Contains(reason, StringComparison.Ordinal)), () => worker.Output);
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
