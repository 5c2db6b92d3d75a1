using Plumbline.Trials.Sending;
using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using System.Net;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Commands;

/// <summary>`rtt-probe ping TARGET:PORT`: probe packets to one target.</summary>
internal static class PingCommand
{
    private const int MostProbes = 1_000_000;
    private const int DefaultTimeoutMs = 1_000;

    private static readonly TargetArguments s_target = new(DefaultTimeoutMs);

    private static readonly Option<string> s_protocol = new("--protocol")
    {
        Description = "Probe packets: tcp (SYNs, which the target's kernel answers) or udp (datagrams that the target "
            + "sends back).",
        DefaultValueFactory = _ => ServiceProtocol.Tcp.WireName(),
    };

    private static readonly Option<string> s_pacing = new("--pacing")
    {
        Description = $"When the next packet leaves: {string.Join(" or ", WireNames.Of<Pacing>())}.",
        DefaultValueFactory = _ => Pacing.OpenLoop.WireName(),
    };

    private static readonly Option<int> s_count = new("--count")
    {
        Description = "Number of packets to measure.",
        DefaultValueFactory = _ => 1_000,
    };

    private static readonly Option<int> s_duration = new("--duration")
    {
        Description = "Seconds after which sending ends; 0 for no limit.",
    };

    private static readonly Option<int> s_rate = new("--rate")
    {
        Description = "Packets a second, with open-loop pacing.",
        DefaultValueFactory = _ => 1_000,
    };

    private static readonly Option<int> s_warmup = new("--warmup")
    {
        Description = "Number of packets to send first. They are not measured.",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<string> s_ports = new("--source-ports")
    {
        Description = "Source ports, one for each packet. No other program may use them for the same target.",
        DefaultValueFactory = _ => "10000-32767",
    };

    public static Command Create()
    {
        Command command = new(
            "ping",
            "Measure round trips of raw packets by kernel timestamps. Each is the first of its flow. Needs root.");
        s_target.AddTo(command);
        foreach (Option option in (Option[])[s_protocol, s_pacing, s_count, s_duration, s_rate, s_warmup, s_ports])
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken token)
    {
        (IPEndPoint target, NetworkNamespace where, TimeSpan timeout) = s_target.Read(arguments);
        ServiceProtocol protocol = TargetArguments.Named<ServiceProtocol>(arguments, s_protocol);
        int warmup = TargetArguments.Between(arguments, s_warmup, 0, MostProbes);
        int duration = TargetArguments.Between(arguments, s_duration, 0, 86_400);
        ProbePlan plan = new()
        {
            First = warmup,
            Count = TargetArguments.Between(arguments, s_count, 1, MostProbes),
            Pacing = TargetArguments.Named<Pacing>(arguments, s_pacing),
            RatePps = TargetArguments.Between(arguments, s_rate, 1, MostProbes),
            Timeout = timeout,
            MaxDuration = duration == 0 ? null : TimeSpan.FromSeconds(duration),
        };
        (int firstPort, int ports) = Ports(arguments.GetValue(s_ports)!);
        if (plan.First + plan.Count > ports)
        {
            throw new CommandException(ExitCode.BadInput, string.Create(
                CultureInfo.InvariantCulture,
                $"--count: {plan.Count:N0} packets and {warmup:N0} to warm up need a source port each; "
                + $"--source-ports has {ports:N0}"));
        }

        if (!LinuxUser.IsRoot)
        {
            throw new CommandException(ExitCode.CannotRun, "raw sockets need root: use sudo");
        }

        if (ClockJudge.FindObstacle(KernelClock.OfMachine) is { } obstacle)
        {
            throw new CommandException(ExitCode.CannotRun, $"{obstacle}; boot the kernel with clocksource=tsc");
        }

        uint targetIp = Ipv4.Parse(target.Address.ToString());
        Route route = await Route.ToAsync(where, target);
        FlowSpace sources = new(new IpAddress(route.SourceIp), 1, firstPort, ports);
        uint[] destinations = [.. Enumerable.Repeat(targetIp, plan.First + plan.Count)];
        ProbeAddresses addresses = new(sources, 0, destinations, target.Port, Environment.ProcessId);
        ProbeRun run = await ProbeAsync(where, protocol, route.Device, addresses, plan, token);
        return Report(arguments, target, protocol, run, token);
    }

    private static async Task<ProbeRun> ProbeAsync(
        NetworkNamespace where,
        ServiceProtocol protocol,
        string device,
        ProbeAddresses addresses,
        ProbePlan plan,
        CancellationToken token)
    {
        try
        {
            await using ReplyGuard guard = await ReplyGuard.StartAsync(
                where, protocol, addresses.Sources, addresses.DestinationPort, addresses.Destinations[0], token);
            return await where.RunAsync(() =>
            {
                CpuAffinity.PinThread(TrialScene.SendingCpu);
                using Ipv4ProbeChannel channel = new(protocol, device, addresses);
                Prober prober = new(channel, TimeProvider.System);
                ProbePlan warmUp = plan with
                {
                    First = 0,
                    Count = plan.First,
                    Pacing = Pacing.PingPong,
                    MaxDuration = plan.Timeout,
                };
                prober.Run(warmUp, token);
                ProbeRun run = prober.Run(plan, token);
                channel.Release();
                return run;
            });
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            throw new CommandException(ExitCode.CannotRun, exception.Message);
        }
    }

    private static int Report(
        ParseResult arguments, IPEndPoint target, ServiceProtocol protocol, ProbeRun run, CancellationToken token)
    {
        s_target.WriteRaw(arguments, run.KernelNs);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{protocol.WireName()} to {target}: {run.Send.AchievedRatePps:N0} packets/s, "
            + $"at most {run.Send.Lateness.MaxNs / 1e3:N0} µs behind schedule"));
        Console.WriteLine(LatencyTable.Counts(run.Send.Sent, run.Answers));
        if (run.Drops > 0)
        {
            Console.WriteLine($"{run.Drops} answers found no room in the receive buffer and count as lost");
        }

        LatencyTable.Write([("kernel", run.KernelNs), ("user space", run.UserSpaceNs)]);
        if (run.Send.Sent == 0 && run.Errno != 0)
        {
            throw new CommandException(
                ExitCode.NotAnswered, $"{target} is unreachable: {new Win32Exception(run.Errno).Message}");
        }

        if (run.Answers.Answered == 0 && !token.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.NotAnswered, $"{target} answered none of {run.Send.Sent} packets in time");
        }

        return ExitCode.Of(run.Send.Sent + run.Send.Errors, run.Answers, token);
    }

    private static (int First, int Count) Ports(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length == 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first is >= 1 and <= 65_535 && last >= first && last <= 65_535
                ? (first, last - first + 1)
                : throw new CommandException(
                    ExitCode.BadInput,
                    $"--source-ports: '{text}' is not a range within 1 … 65535, such as 10000-32767");
    }
}
