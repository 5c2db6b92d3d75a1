using System.CommandLine;
using System.Globalization;
using System.Net;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.RttProbe.Grpc;

namespace Plumbline.RttProbe.Commands;

/// <summary>`rtt-probe grpc TARGET:PORT`: application-level load on an echo worker.</summary>
internal static class GrpcCommand
{
    private const int MostRequests = 1_000_000;
    private const int MostWorkUs = 10_000_000;
    private const int DefaultTimeoutMs = 2_000;

    private static readonly TargetArguments s_target = new(DefaultTimeoutMs);

    private static readonly Option<int> s_requests = new("--requests")
    {
        Description = "Number of requests to measure.",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<int> s_rps = new("--rps")
    {
        Description = "Requests a second.",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<int> s_warmup = new("--warmup")
    {
        Description = "Number of requests to send first. They are not measured.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string> s_connection = new("--connection")
    {
        Description = "new: each request opens a connection, so it has a first packet; kept-alive: all share one.",
        DefaultValueFactory = _ => GrpcConnection.New.WireName(),
    };

    private static readonly Option<int> s_workUs = new("--work-us")
    {
        Description = "Microseconds of CPU time that the worker spends on each request.",
    };

    public static Command Create()
    {
        Command command = new(
            "grpc", "Measure gRPC requests to an echo worker, at application level: figures include both runtimes.");
        s_target.AddTo(command);
        foreach (Option option in (Option[])[s_requests, s_rps, s_warmup, s_connection, s_workUs])
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken token)
    {
        (IPEndPoint target, NetworkNamespace where, TimeSpan timeout) = s_target.Read(arguments);
        int requests = TargetArguments.Between(arguments, s_requests, 1, MostRequests);
        int rps = TargetArguments.Between(arguments, s_rps, 1, MostRequests);
        int warmup = TargetArguments.Between(arguments, s_warmup, 0, MostRequests);
        GrpcSettings settings = new()
        {
            Connection = TargetArguments.Named<GrpcConnection>(arguments, s_connection),
            WorkUs = TargetArguments.Between(arguments, s_workUs, 0, MostWorkUs),
            TimeoutMs = (int)timeout.TotalMilliseconds,
        };
        if (where.Name is not null && !LinuxUser.IsRoot)
        {
            throw new CommandException(ExitCode.CannotRun, "entering a network namespace needs root: use sudo");
        }

        GrpcRun run;
        try
        {
            using NamespaceSockets sockets = new(where);
            using GrpcLoad load = new(sockets, settings, TimeProvider.System);
            await load.RunAsync([.. Enumerable.Repeat(target, warmup)], rps, token);
            run = await load.RunAsync([.. Enumerable.Repeat(target, requests)], rps, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }

        return Report(arguments, target, run, token);
    }

    private static int Report(ParseResult arguments, IPEndPoint target, GrpcRun run, CancellationToken token)
    {
        GrpcRequest[] answered = [.. run.Requests.Where(each => each.Outcome == GrpcOutcome.Answered)];
        long[] totalNs = Ns(answered.Select(each => each.Total));
        s_target.WriteRaw(arguments, totalNs);
        AnswerCounts answers = run.Answers();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"application level: gRPC to {target}: {run.Send.AchievedRatePps:N0} requests/s, "
            + $"at most {run.Send.Lateness.MaxNs / 1e3:N0} µs behind schedule"));
        Console.WriteLine(LatencyTable.Counts(run.Send.Sent, answers));
        LatencyTable.Write(
        [
            ("connect", Ns(answered.Select(each => each.Connect).OfType<TimeSpan>())),
            ("request", Ns(answered.Select(each => each.Request))),
            ("worker", Ns(answered.Select(each => each.Worker))),
            ("total", totalNs),
        ]);
        if (answers.Answered == 0)
        {
            string why = run.Requests.Select(each => each.Error)
                .FirstOrDefault(error => error.Length > 0, "none was sent");
            throw new CommandException(
                ExitCode.NotAnswered, $"{target} answered none of {run.Send.Sent} requests: {why}");
        }

        return ExitCode.Of(run.Send.Sent, answers, token);
    }

    private static long[] Ns(IEnumerable<TimeSpan> times) => [.. times.Select(time => (long)time.TotalNanoseconds)];
}
