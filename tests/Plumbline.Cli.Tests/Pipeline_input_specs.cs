using Plumbline.Store;

namespace Plumbline.Cli.Tests;

/// <summary>A command that cannot use the pipeline prints one line that names what to fix.</summary>
public sealed class Pipeline_input_specs
{
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Username=x;Database=y";

    /// <summary>Port 1, where nothing listens.</summary>
    private static readonly string[] s_nowhere =
        ["env", "PLUMBLINE_BROKER__HOST=127.0.0.1", "PLUMBLINE_BROKER__PORT=1"];

    public static TheoryData<string[], string> Arguments => new()
    {
        {
            ["rerun", "1a2b", "--step", "1", "--stage", "ping"],
            "--stage: 'ping' is not one of scale, one-way, rtt, grpc, aggregate."
        },
        { ["rerun", "1a2b", "--stage", "rtt"], "'--step' is required" },
        { ["rerun", "1a2b", "--step", "1"], "'--stage' is required" },
        { ["rerun", "1a2b", "--step", "one", "--stage", "rtt"], "--step" },
        { ["watch", "nonsense"], "'nonsense' is not an experiment's id or a prefix of one." },
        { ["cancel", "-"], "'-' is not an experiment's id" },
        { ["status", "1a2b3c4d-0000-4000-8000-0000000000011"], "is not an experiment's id" },
        { ["watch"], "watch" },
        { ["run", "--services", "ten"], "--services: 'ten' is not a whole number." },
        { ["run", "/nowhere/experiment.yaml"], "/nowhere/experiment.yaml cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task A_wrong_argument_is_reported(string[] arguments, string message) => Assert.Contains(
        message, await RefusalAsync(ExitCode.BadInput, s_nowhere, arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("run", "--detach")]
    [InlineData("run")]
    [InlineData("watch", "1a2b")]
    [InlineData("status")]
    [InlineData("cancel", "1a2b")]
    [InlineData("rerun", "1a2b", "--step", "1", "--stage", "rtt")]
    public async Task An_unreachable_broker_is_reported_with_its_settings(params string[] arguments)
    {
        string line = await RefusalAsync(ExitCode.CannotRun, s_nowhere, arguments);

        Assert.Contains(
            "RabbitMQ at 127.0.0.1:1 cannot be reached: Connection refused", line, StringComparison.Ordinal);
        Assert.Contains("PLUMBLINE_BROKER__HOST", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "PLUMBLINE_BROKER__PASSWORD=wrong",
        ExitCode.CannotRun,
        "refuses the user guest; check PLUMBLINE_BROKER__USERNAME, and PLUMBLINE_BROKER__PASSWORDFILE")]
    [InlineData(
        "PLUMBLINE_BROKER__VIRTUALHOST=elsewhere",
        ExitCode.CannotRun,
        "virtual host elsewhere; check PLUMBLINE_BROKER__VIRTUALHOST")]
    [InlineData(
        "PLUMBLINE_BROKER__PASSWORDFILE=/nowhere/password",
        ExitCode.BadInput,
        "PLUMBLINE_BROKER__PASSWORDFILE: there is no file")]
    [InlineData("PLUMBLINE_BROKER__PORT=many", ExitCode.BadInput, "PLUMBLINE_BROKER__PORT: 'many' is not a number")]
    [InlineData("PLUMBLINE_BROKER__PORT=0", ExitCode.BadInput, "PLUMBLINE_BROKER__PORT")]
    public async Task A_wrong_setting_is_reported_by_its_name(string setting, int exitCode, string message)
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(null);

        Assert.Contains(
            message,
            await RefusalAsync(exitCode, [.. scheduler.Environment, setting], "status"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_database_is_reported_before_the_request_is_sent()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(_ => null);
        string[] environment =
            [.. scheduler.Environment, $"PLUMBLINE_POSTGRES__CONNECTIONSTRING={NoDatabase}"];

        string line = await RefusalAsync(ExitCode.CannotRun, environment, "run");

        Assert.Contains("the PostgreSQL database y at 127.0.0.1:1 cannot be opened", line, StringComparison.Ordinal);
        Assert.Empty(scheduler.Requests);
    }

    [Fact]
    public async Task A_database_without_tables_accepts_its_first_experiment()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(
            _ => new { accepted = false, errors = new[] { new { field = "name", message = "is refused here" } } });
        using PostgresTestDatabase database = PostgresServer.CreateDatabase();

        await RunAsync(
            [.. scheduler.Environment, $"PLUMBLINE_POSTGRES__CONNECTIONSTRING={database.ConnectionString}"], "run");

        Assert.NotEmpty(scheduler.Requests);
    }

    [Fact]
    public async Task Report_list_and_compare_read_from_PostgreSQL()
    {
        using PostgresTestDatabase database = PostgresServer.CreateDatabase();
        using TemporaryFolder folder = new();
        Guid id;
        using (ResultsStore store = ResultsStore.OpenPostgres(database.ConnectionString))
        {
            id = SampleExperiment.Record(store, new Messages()).ExperimentId;
        }

        string[] environment = ["env", $"PLUMBLINE_POSTGRES__CONNECTIONSTRING={database.ConnectionString}"];
        string prefix = id.ToString("N")[..8];

        (int listed, string list) = await RunAsync(environment, "list", "--postgres");
        (int reported, string report) = await RunAsync(
            environment, "report", prefix, "--postgres", "--out", folder.File("reports"));
        (int compared, string comparison) = await RunAsync(environment, "compare", prefix, prefix, "--postgres");

        Assert.Equal((ExitCode.Success, ExitCode.Success, ExitCode.Success), (listed, reported, compared));
        Assert.Contains(prefix, list, StringComparison.Ordinal);
        Assert.Contains("iptables-nft last: O(n), ", report, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File($"reports/{prefix}.html")), report);
        Assert.NotEmpty(comparison);
    }

    [Theory]
    [InlineData("PLUMBLINE_POSTGRES__CONNECTIONSTRING=", ExitCode.BadInput, "is not set")]
    [InlineData("PLUMBLINE_POSTGRES__CONNECTIONSTRING=nonsense", ExitCode.CannotRun, "connection string")]
    [InlineData(
        $"PLUMBLINE_POSTGRES__CONNECTIONSTRING={NoDatabase}",
        ExitCode.CannotRun,
        "the PostgreSQL database y at 127.0.0.1:1 cannot be opened")]
    public async Task An_unreachable_database_is_reported(string setting, int exitCode, string message) =>
        Assert.Contains(
            message, await RefusalAsync(exitCode, ["env", setting], "list", "--postgres"), StringComparison.Ordinal);

    private static async Task<string> RefusalAsync(int expected, string[] environment, params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync(environment, arguments);

        Assert.True(exitCode == expected, $"{exitCode}: {output}");
        string line = Assert.Single(output.Trim().Split('\n'));
        Assert.StartsWith("plumbline: ", line, StringComparison.Ordinal);
        return line;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] environment, params string[] arguments)
    {
        using PlumblineProcess process = PlumblineProcess.StartThrough(environment, arguments);
        return (await process.ExitAsync(), process.Output);
    }
}
