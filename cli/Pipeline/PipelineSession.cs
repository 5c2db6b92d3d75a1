using Plumbline.Cli.Commands;
using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Pipeline;

/// <summary>One command's dealings with the pipeline: it asks, and may then watch to the end.</summary>
internal sealed class PipelineSession : IAsyncDisposable
{
    private readonly BrokerOptions _broker = PipelineSettings.ReadBroker();
    private readonly ExperimentEvents _events = new();
    private WatchingBus? _bus;

    /// <exception cref="UserException">A setting is wrong.</exception>
    public PipelineSession() => Client = new SchedulerClient(_broker);

    public SchedulerClient Client { get; }

    /// <summary>
    /// Hears from now on what is to be watched later, so that nothing between is missed. Whoever waits for a report learns before,
    /// not after, that the database which is to hold it does not answer.
    /// </summary>
    /// <exception cref="UserException">The broker, or the database that settings name, cannot be used.</exception>
    public async Task ListenAsync()
    {
        // The bus would try again and again before it says why.
        await Client.DemandBrokerAsync();
        if (PipelineSettings.HasPostgres)
        {
            ResultsSource.DemandPostgresReachable();
        }

        _bus ??= await WatchingBus.StartAsync(_broker, _events);
    }

    /// <summary>Shows how it goes until its end, then its report where PostgreSQL is known.</summary>
    /// <param name="first">Where it stands now, where that is known.</param>
    /// <param name="folder">Where the reports go.</param>
    /// <returns>The command's exit code.</returns>
    public async Task<int> WatchAsync(WatchedRun run, ExperimentSpec spec, ExperimentStatus? first, ResultsFolder folder)
    {
        bool hasPostgres = PipelineSettings.HasPostgres;
        using StopSignals signals = new();
        RunEnd? end = Console.IsOutputRedirected
            ? await WatchAsync(new PlainProgressView(Console.Out, spec))
            : await LiveProgressView.RunAsync(AnsiConsole.Console, spec, WatchAsync);
        return Tell(run, end, folder);

        Task<RunEnd?> WatchAsync(IProgressView view) =>
            new Watcher(Client, _events, run, view, withRecord: hasPostgres).WatchAsync(first, signals.First);
    }

    /// <summary>Says how it has ended, and shows the report of what completed.</summary>
    /// <returns>The command's exit code.</returns>
    public static int Tell(WatchedRun run, RunEnd? end, ResultsFolder folder)
    {
        string id = ShortId.Of(run.ExperimentId);
        string what = run.IsRerun ? $"the rerun of experiment {id}" : $"experiment {id}";
        switch (end)
        {
            case null:
                Console.Error.WriteLine($"plumbline: watching has stopped, {what} goes on; plumbline watch {id} watches it again, plumbline cancel {id} ends it");
                return ExitCode.Cancelled;
            case { Errors.Count: > 0 }:
                throw new UserException(ExitCode.BadInput, FieldErrors.Text(end.Errors));
            case { Outcome: ExperimentOutcome.Cancelled }:
                Console.Error.WriteLine($"plumbline: {what} was cancelled; nothing is left behind");
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
            Console.WriteLine($"{what} has completed; with PLUMBLINE_POSTGRES__CONNECTIONSTRING set, plumbline report {ShortId.Of(experimentId)} --postgres shows it");
        }
    }
}
