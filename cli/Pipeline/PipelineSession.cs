using Plumbline.Cli.Commands;
using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Pipeline;

/// <summary>A command's session with the pipeline: requests, then watching to the end.</summary>
internal sealed class PipelineSession : IAsyncDisposable
{
    private readonly BrokerOptions _broker = PipelineSettings.ReadBroker();
    private readonly ExperimentEvents _events = new();
    private WatchingBus? _bus;

    /// <exception cref="UserException">A setting is wrong.</exception>
    public PipelineSession() => Client = new SchedulerClient(_broker);

    public SchedulerClient Client { get; }

    /// <summary>
    /// Collects events from now on, so that a later <see cref="WatchAsync"/> misses none. Also checks the report's
    /// database, so that a user learns now, not at the end, that it does not answer.
    /// </summary>
    /// <exception cref="UserException">The broker or the configured database cannot be used.</exception>
    public async Task ListenAsync()
    {
        // The bus retries for a long time before it reports why.
        await Client.DemandBrokerAsync();
        if (PipelineSettings.HasPostgres)
        {
            ResultsSource.DemandPostgresReachable();
        }

        _bus ??= await WatchingBus.StartAsync(_broker, _events);
    }

    /// <summary>Shows the progress until the end, then the report if PostgreSQL is configured.</summary>
    /// <param name="first">The present state. Null when it is not known.</param>
    /// <param name="folder">Folder for the reports.</param>
    /// <returns>The command's exit code.</returns>
    public async Task<int> WatchAsync(
        WatchedRun run, ExperimentSpec spec, ExperimentStatus? first, ResultsFolder folder)
    {
        bool hasPostgres = PipelineSettings.HasPostgres;
        using StopSignals signals = new();
        RunEnd? end = Console.IsOutputRedirected
            ? await WatchAsync(new PlainProgressView(Console.Out, spec))
            : await LiveProgressView.RunAsync(AnsiConsole.Console, spec, WatchAsync);
        return Report(run, end, folder);

        Task<RunEnd?> WatchAsync(IProgressView view) =>
            new Watcher(Client, _events, run, view, withRecord: hasPostgres).WatchAsync(first, signals.First);
    }

    /// <summary>Prints how the run ended. Shows the report of a completed one.</summary>
    /// <returns>The command's exit code.</returns>
    public static int Report(WatchedRun run, RunEnd? end, ResultsFolder folder)
    {
        string id = ShortId.Of(run.ExperimentId);
        string what = run.IsRerun ? $"the rerun of experiment {id}" : $"experiment {id}";
        switch (end)
        {
            case null:
                Console.Error.WriteLine(
                    $"plumbline: stopped watching; {what} continues; run plumbline watch {id} to watch it again, "
                    + $"plumbline cancel {id} to end it");
                return ExitCode.Cancelled;
            case { Errors.Count: > 0 }:
                throw new UserException(ExitCode.BadInput, FieldErrors.Text(end.Errors));
            case { Outcome: ExperimentOutcome.Cancelled }:
                Console.Error.WriteLine($"plumbline: {what} was cancelled; everything it created is removed");
                return ExitCode.Cancelled;
            case { Outcome: ExperimentOutcome.Completed }:
                ShowReport(run.ExperimentId, what, folder);
                return end.GivenUpTrials == 0 ? ExitCode.Success : ExitCode.Incomplete;
            default:
                Console.Error.WriteLine($"plumbline: {what}: {end.Reason}");
                return ExitCode.Failed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        await Client.DisposeAsync();
    }

    private static void ShowReport(Guid experimentId, string what, ResultsFolder folder)
    {
        if (PipelineSettings.HasPostgres)
        {
            ReportCommand.Show(ResultsSource.OfPostgres(), folder, experimentId.ToString());
        }
        else
        {
            Console.WriteLine(
                $"{what} has completed; to see its report, set PLUMBLINE_POSTGRES__CONNECTIONSTRING and run "
                + $"plumbline report {ShortId.Of(experimentId)} --postgres");
        }
    }
}
