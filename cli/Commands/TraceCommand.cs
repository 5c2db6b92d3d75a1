using System.CommandLine;
using System.ComponentModel;
using Plumbline.Bpf;
using Plumbline.Cli.Lab;
using Plumbline.Cli.Views;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Scheduler;
using Plumbline.Probing.Tracing;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline trace`: the way of one packet, and of the one after it, through each data plane.</summary>
internal static class TraceCommand
{
    private const int MostRepeats = 1_000;

    private static readonly ExperimentSpec s_defaults = new()
    {
        Measure = [Measure.OneWay.WireName()],
        Protocols = [ServiceProtocol.Udp.WireName()],
        Services = [1_000],
        Positions = [Position.Last.WireName()],
    };

    public static Command Create()
    {
        Option<string[]> dataPlanes = WordOption.Create(
            "--data-plane", $"Data planes to trace, one after the other (default {string.Join(',', s_defaults.DataPlanes)}).", word => word, "");
        Option<int> services = new("--services") { Description = "Number of Services.", DefaultValueFactory = _ => s_defaults.Services[0] };
        Option<string> position = new("--position")
        {
            Description = "Where the Service stands that the packets are sent to: first, p25, median, p75, last, random.",
            DefaultValueFactory = _ => s_defaults.Positions[0],
        };
        Option<string> dialect = new("--nftables-dialect")
        {
            Description = "Shape of the nftables rules: 1.36 or 1.35.",
            DefaultValueFactory = _ => s_defaults.NftablesDialect,
        };
        Option<int> repeat = new("--repeat") { Description = "Flows to trace; all are in the JSON, the last is shown.", DefaultValueFactory = _ => 1 };
        Option<long> seed = new("--seed") { Description = "Seed of the rules' order and of a random target.", DefaultValueFactory = _ => s_defaults.Seed };
        Option<bool> json = new("--json") { Description = "Write one JSON document, for programs." };
        Command command = new(
            "trace",
            "Follow one first packet, and the second of its flow, through each data plane: a waterfall in nanoseconds. In a lab of its own; needs root, changes nothing outside.")
        {
            dataPlanes, services, position, dialect, repeat, seed, json,
        };
        command.SetAction((arguments, _) => RunAsync(
            s_defaults with
            {
                DataPlanes = arguments.GetValue(dataPlanes) is { Length: > 0 } given ? given : s_defaults.DataPlanes,
                Services = [arguments.GetValue(services)],
                Positions = [arguments.GetValue(position)!],
                NftablesDialect = arguments.GetValue(dialect)!,
                Seed = arguments.GetValue(seed),
            },
            arguments.GetValue(repeat),
            arguments.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(ExperimentSpec spec, int repeat, bool asJson)
    {
        DemandValid(spec, repeat);
        Requirements.Demand(spec, "trace", "--data-plane");

        List<ServiceTrace> traces = [];
        TraceSettings settings = new() { Position = WireNames.Parse<Position>(spec.Positions[0]), Repeat = repeat, Seed = spec.Seed };
        try
        {
            await new TraceRun(note => Console.Error.WriteLine($"plumbline: {note}")).RunAsync(
                [.. spec.DataPlanes.Select(name => new DataPlane(name))], spec.Services[0], WireNames.Parse<NftablesDialect>(spec.NftablesDialect), settings, Show);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("plumbline: stopped; nothing is left behind");
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (exception is ToolException or BpfException or InvalidOperationException or FormatException or IOException or Win32Exception)
        {
            Console.Error.WriteLine($"plumbline: {exception.Message}");
            return ExitCode.Failed;
        }

        if (asJson)
        {
            TraceDocument.Write(Console.Out, spec, traces);
        }
        else
        {
            TraceView.WriteLegend(AnsiConsole.Console, traces);
        }

        return traces.SelectMany(trace => trace.Flows).All(flow => flow.Remarks.Count == 0) ? ExitCode.Success : ExitCode.Incomplete;

        void Show(ServiceTrace trace)
        {
            traces.Add(trace);
            if (!asJson)
            {
                TraceView.Write(AnsiConsole.Console, trace);
            }
        }
    }

    private static void DemandValid(ExperimentSpec spec, int repeat)
    {
        string[] errors =
        [
            .. ExperimentSpecValidator.Errors(spec).Select(error => $"{error.Field}: {error.Message}"),
            .. repeat is < 1 or > MostRepeats ? [$"repeat: {repeat} is not between 1 and {MostRepeats:N0}"] : Array.Empty<string>(),
        ];
        if (errors.Length > 0)
        {
            throw new UserException(ExitCode.BadInput, string.Join("; ", errors));
        }
    }
}
