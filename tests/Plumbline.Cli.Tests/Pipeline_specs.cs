using System.Diagnostics;
using System.Text.Json.Nodes;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Tests;

/// <summary>The commands of the pipeline, on a real broker with a stand-in for the scheduler.</summary>
public sealed class Pipeline_specs
{
    private static readonly Guid s_id = new("1a2b3c4d-0000-4000-8000-000000000001");

    private static readonly ExperimentSpec s_spec = new()
    {
        Name = "of a test",
        Services = [20],
        DataPlanes = ["nftables"],
        Positions = ["last"],
        Measure = ["rtt"],
        Builds = 1,
        Trials = 4,
    };

    private static readonly ExperimentStatus s_running = new()
    {
        Spec = s_spec,
        Progress = new ExperimentProgress
        {
            ExperimentId = s_id,
            Sequence = 7,
            Phase = ExperimentPhase.Measuring,
            QueuePosition = 0,
            Step = 1,
            StepCount = 3,
            TrialsDone = 5,
            TrialCount = 12,
            Attempt = 1,
        },
        Rerun = null,
        Outcome = null,
        Reason = "",
    };

    private static readonly ExperimentStatus s_completed = s_running with
    {
        Progress = s_running.Progress with { Sequence = 20, Phase = ExperimentPhase.Ended, Step = 2, TrialsDone = 12 },
        Outcome = ExperimentOutcome.Completed,
    };

    [Fact]
    public async Task A_detached_run_publishes_the_experiment_as_plain_JSON_and_prints_only_its_id()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(Accept);

        (int exitCode, string output) = await scheduler.RunPlumblineAsync(
            "run", "--detach", "--services", "100,20", "--builds", "2", "--trials", "3");

        Assert.Equal(ExitCode.Success, exitCode);
        JsonNode request = Assert.Single(scheduler.Requests);
        Assert.Equal([100, 20], request["spec"]!["services"]!.AsArray().Select(each => (int)each!));
        Assert.Equal((2, 3), ((int)request["spec"]!["builds"]!, (int)request["spec"]!["trials"]!));
        Assert.Equal((string)request["experimentId"]!, output.Trim());
    }

    [Fact]
    public async Task Run_prints_every_wrong_field()
    {
        FieldError[] errors =
        [
            new() { Field = "trials", Message = "0 is not between 1 and 1,000" },
            new() { Field = "services[0]", Message = "0 is not" },
        ];
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(
            _ => new RequestAnswer { ExperimentId = s_id, Accepted = false, Errors = errors });

        (int exitCode, string output) = await scheduler.RunPlumblineAsync("run", "--detach", "--trials", "0");

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Equal(
            ["plumbline: trials: 0 is not between 1 and 1,000", "plumbline: services[0]: 0 is not"], Lines(output));
    }

    [Fact]
    public async Task A_request_that_no_scheduler_took_is_reported_and_dropped()
    {
        await using StandInScheduler nobody = await StandInScheduler.StartAsync(null);

        (int exitCode, string output) = await nobody.RunPlumblineAsync("run", "--detach");

        Assert.Equal(ExitCode.CannotRun, exitCode);
        Assert.StartsWith(
            "plumbline: no scheduler took the request", Assert.Single(Lines(output)), StringComparison.Ordinal);
        Assert.Equal(0u, await nobody.CountWaitingAsync());
    }

    [Fact]
    public async Task A_late_watcher_sees_the_progress_and_the_end_even_without_any_event()
    {
        int asked = 0;
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(
            _ => Answer(Interlocked.Increment(ref asked) <= 3 ? s_running : s_completed));

        (int exitCode, string output) = await scheduler.RunPlumblineAsync("watch", "1a2b-3c");

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Contains("12 trials in 3 steps", output, StringComparison.Ordinal);
        Assert.Contains("running: step 2/3, 5/12 trials", output, StringComparison.Ordinal);
        Assert.Contains("experiment 1a2b3c4d has completed", output, StringComparison.Ordinal);
        Assert.Equal("1a2b3c", (string)scheduler.Requests.First()["status"]!["experimentId"]!);
    }

    [Fact]
    public async Task A_watcher_shows_events_and_the_exit_code_reports_trials_that_were_given_up()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(_ => Answer(s_running));
        using PlumblineProcess watch = scheduler.StartPlumbline("watch", s_id.ToString());
        Assert.True(await watch.PrintedAsync("running: step 2/3"), watch.Output);

        await scheduler.PublishAsync(new ServicesScaled
        {
            ExperimentId = s_id,
            Step = 2,
            DataPlanes =
            [
                new() { Cell = Cell.Empty.With(DataPlane.NoRules).With(0), Rules = 0, ProgrammingNs = 0, Tool = "" },
            ],
        });
        await scheduler.PublishAsync(Completed(Guid.NewGuid(), givenUpTrials: 0));
        Assert.True(await watch.PrintedAsync("step 3/3: baseline without rules"), watch.Output);
        await scheduler.PublishAsync(Completed(s_id, givenUpTrials: 1));

        Assert.Equal(ExitCode.Incomplete, await watch.ExitAsync());
    }

    [Fact]
    public async Task On_a_terminal_a_late_watchers_bar_starts_at_the_experiments_progress()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(_ => Answer(s_running));
        string watch = string.Join(
            ' ',
            [.. scheduler.Environment, PlumblineProcess.Which("dotnet"), PlumblineProcess.Program, "watch", "1a2b"]);
        ProcessStartInfo start =
            new("script", ["-q", "-e", "-c", $"stty cols 120; exec {watch}", "/dev/null"])
            {
                RedirectStandardOutput = true,
            };
        start.Environment["TERM"] = "xterm-256color";
        using Process terminal = Process.Start(start)!;
        Task<string> screen = terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (scheduler.Requests.Count < 3)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await scheduler.PublishAsync(
            new ExperimentFailed { ExperimentId = s_id, Reason = "no room", FailedAt = default });
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, terminal.ExitCode);
        Assert.Contains("plumbline: experiment 1a2b3c4d: no room", await screen, StringComparison.Ordinal);
        Assert.Matches(@"[34]\d%", await screen);
    }

    [Fact]
    public async Task A_waiting_experiment_shows_its_place_and_a_signal_ends_only_the_watching()
    {
        ExperimentStatus queued = Queued(s_id, place: 2);
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(_ => Answer(queued));
        using PlumblineProcess watch = scheduler.StartPlumbline("watch", "1a2b");
        Assert.True(await watch.PrintedAsync("waiting: place 2 in the queue"), watch.Output);

        await watch.SignalAsync("INT");

        Assert.Equal(ExitCode.Cancelled, await watch.ExitAsync());
        Assert.Contains("experiment 1a2b3c4d continues", watch.Output, StringComparison.Ordinal);
        Assert.Contains("plumbline cancel 1a2b3c4d", watch.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(scheduler.Requests, request => request["cancel"] is not null);
    }

    [Fact]
    public async Task Cancel_waits_until_the_experiment_has_ended()
    {
        int askedAfter = 0;
        bool isCancelled = false;
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(request =>
        {
            isCancelled |= request["cancel"] is not null;
            return request["cancel"] is not null ? Accept(request)
                : isCancelled && ++askedAfter > 2 ? Answer(s_completed with { Outcome = ExperimentOutcome.Cancelled })
                : Answer(s_running);
        });

        (int exitCode, string output) = await scheduler.RunPlumblineAsync("cancel", "1a2b");

        Assert.Equal(
            (ExitCode.Success, "experiment 1a2b3c4d is cancelled; everything it created is removed"),
            (exitCode, output.Trim()));
        Assert.Equal(
            s_id.ToString(),
            (string)scheduler.Requests.Single(request => request["cancel"] is not null)["cancel"]!["experimentId"]!);
    }

    [Theory]
    [InlineData("cancel", false, "no experiment's id starts with '1a2b'")]
    [InlineData("cancel", true, "has already ended: completed")]
    [InlineData("watch", false, "no experiment's id starts with '1a2b'")]
    [InlineData("status", false, "no experiment's id starts with '1a2b'")]
    public async Task An_unknown_or_ended_experiment_is_reported(string command, bool isKnown, string message)
    {
        await using StandInScheduler scheduler =
            await StandInScheduler.StartAsync(_ => isKnown ? Answer(s_completed) : Answer());

        (int exitCode, string output) = await scheduler.RunPlumblineAsync(command, "1a2b");

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(message, Assert.Single(Lines(output)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prefix_of_several_ids_is_refused()
    {
        ExperimentStatus other =
            s_running with { Progress = s_running.Progress with { ExperimentId = Guid.NewGuid() } };
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(_ => Answer(s_running, other));

        (int exitCode, string output) = await scheduler.RunPlumblineAsync("cancel", "1");

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(
            $"the ids of 2 experiments start with '1': {s_id}, {other.Progress.ExperimentId}",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_one_row_for_each_experiment()
    {
        ExperimentStatus queued = Queued(Guid.NewGuid(), place: 1);
        ExperimentStatus failed = s_completed with { Outcome = ExperimentOutcome.Failed, Reason = "the node is gone" };
        await using StandInScheduler scheduler =
            await StandInScheduler.StartAsync(_ => Answer(s_running, queued, failed));

        (int exitCode, string output) = await scheduler.RunPlumblineAsync("status");

        Assert.Equal(ExitCode.Success, exitCode);
        string[] rows = Lines(output);
        Assert.Matches(@"^1a2b3c4d\s+of a test\s+measuring\s+2/3\s+5/12", rows[1]);
        Assert.Matches(@"of a test\s+queued\s+1\s+0/12", rows[2]);
        Assert.Matches(@"ended\s+12/12\s+failed\s+the node is gone", rows[3]);
    }

    [Fact]
    public async Task A_rerun_is_requested_by_step_and_stage_and_watched_to_its_end()
    {
        await using StandInScheduler scheduler = await StandInScheduler.StartAsync(
            request => request["rerun"] is not null ? Accept(request) : Answer(s_completed));
        using PlumblineProcess rerun = scheduler.StartPlumbline("rerun", "1a2b", "--step", "1", "--stage", "rtt");
        while (!scheduler.Requests.Any(request => request["rerun"] is not null))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        JsonNode asked = scheduler.Requests.Single(request => request["rerun"] is not null)["rerun"]!;
        Assert.Equal(
            (s_id.ToString(), 1, "rtt"),
            ((string)asked["experimentId"]!, (int)asked["step"]!, (string)asked["stage"]!));
        Guid rerunId = Guid.Parse((string)asked["rerunId"]!);
        await scheduler.PublishAsync(new RerunStarted
        {
            RerunId = rerunId,
            ExperimentId = s_id,
            Run = 1,
            Step = 1,
            Stage = RerunStage.RoundTrip,
            FirstAttempt = 2,
            TrialCount = 4,
            StartedAt = default,
        });
        Assert.True(await rerun.PrintedAsync("repeating rtt of step 1 (counted from 0), 4 trials"), rerun.Output);
        await scheduler.PublishAsync(new RerunEnded
        {
            RerunId = rerunId,
            ExperimentId = s_id,
            Run = 1,
            Outcome = ExperimentOutcome.Failed,
            Reason = "no room",
            AcceptedTrials = 0,
            GivenUpTrials = 0,
            EndedAt = default,
        });

        Assert.Equal(ExitCode.Failed, await rerun.ExitAsync());
        Assert.Contains("plumbline: the rerun of experiment 1a2b3c4d: no room", rerun.Output, StringComparison.Ordinal);
    }

    private static ExperimentStatus Queued(Guid id, int place) => s_running with
    {
        Progress = s_running.Progress with
        {
            ExperimentId = id, Phase = ExperimentPhase.Queued, QueuePosition = place, Step = 0, TrialsDone = 0,
        },
    };

    private static RequestAnswer Accept(JsonNode request) => new()
    {
        ExperimentId = Guid.TryParse((string?)request["experimentId"], out Guid id) ? id : s_id,
        Accepted = true,
        Errors = [],
    };

    private static ExperimentCompleted Completed(Guid id, int givenUpTrials) => new()
    {
        ExperimentId = id, AcceptedTrials = 11, GivenUpTrials = givenUpTrials, CompletedAt = default,
    };

    private static StatusAnswer Answer(params ExperimentStatus[] experiments) =>
        new() { Experiments = experiments, Errors = [] };

    private static string[] Lines(string output) =>
        [.. output.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
