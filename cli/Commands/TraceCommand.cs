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

/// <summary>`plumbline trace`: follows the first two packets of a flow through each data plane.</summary>
internal static class TraceCommand
{
    private const int MostRepeats = 1_000;

    private static readonly ExperimentSpec s_defaults = new()
    {
        Measure = [Measure.OneWay.WireName()],
        Services = [1_000],
        Positions = [Position.Last.WireName()],
    };

    public static Command Create()
    {
        Option<string[]> dataPlanes = WordOption.Create(
            "--data-plane",
            $"Data planes to trace, one after the other (default {string.Join(',', s_defaults.DataPlanes)}).",
            word => word,
            "");
        Option<int> services = new("--services")
        {
            Description = "Number of Services.",
            DefaultValueFactory = _ => s_defaults.Services[0],
        };
        Option<string> position = new("--position")
        {
            Description = "Place of the packets' Service among the rules: first, p25, median, p75, last, random.",
            DefaultValueFactory = _ => s_defaults.Positions[0],
        };
        Option<string> dialect = new("--nftables-dialect")
        {
            Description = "Shape of the nftables rules: 1.36 or 1.35.",
            DefaultValueFactory = _ => s_defaults.NftablesDialect,
        };
        Option<int> repeat = new("--repeat")
        {
            Description = "Flows to trace. The terminal shows the last one, the JSON all of them.",
            DefaultValueFactory = _ => 1,
        };
        Option<long> seed = new("--seed")
        {
            Description = "Seed of the rules' order and of a random target.",
            DefaultValueFactory = _ => s_defaults.Seed,
        };
        Option<bool> json = new("--json") { Description = "Print one JSON document, for programs." };
        Command command = new(
            "trace",
            "Follow the first two packets of a flow through each data plane, as a waterfall in nanoseconds. Makes a "
            + "lab of its own and changes nothing else. Needs root.")
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
        TraceSettings settings =
            new() { Position = WireNames.Parse<Position>(spec.Positions[0]), Repeat = repeat, Seed = spec.Seed };
        try
        {
            await new TraceRun(note => Console.Error.WriteLine($"plumbline: {note}")).RunAsync(
                [.. spec.DataPlanes.Select(name => new DataPlane(name))],
                spec.Services[0],
                WireNames.Parse<NftablesDialect>(spec.NftablesDialect),
                settings,
                Show);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("plumbline: stopped; everything is removed");
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (exception
            is ToolException or BpfException or InvalidOperationException or FormatException or IOException
            or Win32Exception)
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

        return traces.SelectMany(trace => trace.Flows).All(flow => flow.Remarks.Count == 0)
            ? ExitCode.Success
            : ExitCode.Incomplete;

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
            .. repeat is < 1 or > MostRepeats
                ? [$"repeat: {repeat} is not between 1 and {MostRepeats:N0}"]
                : Array.Empty<string>(),
        ];
        if (errors.Length > 0)
        {
            throw new UserException(ExitCode.BadInput, string.Join("; ", errors));
        }
    }
}
