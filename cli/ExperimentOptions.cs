using System.CommandLine;
using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Cli;

/// <summary>The options of `plumbline lab` and `plumbline run`. Each overrides a key of the experiment file.</summary>
internal sealed class ExperimentOptions
{
    private static readonly ExperimentSpec s_defaults = new();

    public Argument<string?> File { get; } = new("experiment.yaml")
    {
        Description = "Experiment file. Its keys are in camelCase (dataPlanes, services, …). Options override it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Name { get; } = new("--name") { Description = "A name for the experiment." };

    public Option<string[]> DataPlanes { get; } = ListOption.Create<string>(Axes.DataPlane.Flag,
        $"Data planes to compare (default {string.Join(',', s_defaults.DataPlanes)}).");

    public Option<string[]> Nodes { get; } = ListOption.Create<string>(Axes.Node.Flag,
        "Cluster nodes to measure, each on its own (default: none, which measures the pipeline's lab).");

    public Option<string[]> ProxyModes { get; } = ListOption.Create<string>("--proxy-modes",
        "kube-proxy modes to switch the cluster to, one after the other: iptables, nftables (default: none, which "
        + "leaves kube-proxy as it is).");

    public Option<bool> AllowProxyReconfiguration { get; } = new("--allow-proxy-reconfiguration")
    {
        Description = "Let --proxy-modes change kube-proxy's configuration. The experiment restores it at its end, "
            + "whatever happens.",
    };

    public Option<string[]> Measure { get; } = ListOption.Create<string>("--measure",
        "What to measure: one-way (in the kernel), rtt (round trip), grpc (application level) "
        + $"(default {string.Join(',', s_defaults.Measure)}).");

    public Option<string[]> Timing { get; } = ListOption.Create<string>("--timing",
        "How to time one-way packets: stage (between tracepoints), function (ipt_do_table and nft_do_chain), or both "
        + $"(default {string.Join(',', s_defaults.Timing)}).");

    public Option<int[]> Services { get; } = ListOption.Create<int>(Axes.Services.Flag,
        $"Numbers of Services (default {string.Join(',', s_defaults.Services)}).");

    public Option<string[]> Positions { get; } = ListOption.Create<string>(Axes.Position.Flag,
        "Place of the measured Service among the rules: first, p25, median, p75, last, random "
        + $"(default {string.Join(',', s_defaults.Positions)}).");

    public Option<int?> Builds { get; } = new("--builds")
    {
        Description = "How often each number of Services is built anew, spread over the run; intervals need 3 "
            + $"(default {s_defaults.Builds}).",
    };

    public Option<int?> Trials { get; } = new("--trials")
    {
        Description = $"Trials of each cell by each measure in each build (default {s_defaults.Trials}).",
    };

    public Option<int?> Packets { get; } = new("--packets")
    {
        Description = $"Measured packets in each trial (default {s_defaults.Packets}).",
    };

    public Option<int?> WarmupPackets { get; } = new("--warmup-packets")
    {
        Description = $"Packets to send before the measured ones; not counted (default {s_defaults.WarmupPackets}).",
    };

    public Option<int?> Rate { get; } = new("--rate")
    {
        Description = $"Packets a second, at most (default {s_defaults.RatePps}). A slow cell gets half of the rate "
            + "that it can sustain, and the results record it.",
    };

    public Option<string?> Generator { get; } = new("--generator")
    {
        Description = "What sends one-way packets: pktgen (the kernel's generator, UDP only), af_packet (works "
            + $"everywhere), or auto (pktgen for UDP where the kernel has it) (default {s_defaults.Generator}).",
    };

    public Option<long?> Seed { get; } = new("--seed")
    {
        Description = $"Seed of every random choice (default {s_defaults.Seed}).",
    };

    public Option<string?> Dialect { get; } = new("--nftables-dialect")
    {
        Description = $"Shape of the nftables rules: 1.36 or 1.35 (default {s_defaults.NftablesDialect}).",
    };

    public Option<int?> Endpoints { get; } = new("--endpoints")
    {
        Description = $"Endpoints of each Service (default {s_defaults.EndpointsPerService}).",
    };

    public Option<int?> PortsPerService { get; } = new("--ports-per-service")
    {
        Description = $"Ports of each Service; each is a rule (default {s_defaults.PortsPerService}).",
    };

    public Option<string?> RttPacing { get; } = new("--rtt-pacing")
    {
        Description = "When the next round-trip packet leaves: open-loop (by --rate) or ping-pong (after the answer) "
            + $"(default {s_defaults.RttPacing}).",
    };

    public Option<int?> Timeout { get; } = new("--timeout")
    {
        Description = "Milliseconds until an answer is late; gRPC requests have ten times as long "
            + $"(default {s_defaults.TimeoutMs}).",
    };

    public Option<int?> Requests { get; } = new("--requests")
    {
        Description = $"Measured gRPC requests in each trial (default {s_defaults.Requests}).",
    };

    public Option<int?> Rps { get; } = new("--rps")
    {
        Description = $"gRPC requests a second (default {s_defaults.Rps}).",
    };

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = "Connections of gRPC requests: new (one each) or kept-alive (one for all, so conntrack skips the "
            + $"rules) (default {s_defaults.Connection}).",
    };

    public Option<int?> WorkUs { get; } = new("--work-us")
    {
        Description = "Microseconds of CPU time that the endpoint burns for each gRPC request "
            + $"(default {s_defaults.WorkUs}).",
    };

    public Option<bool> KeepRaw { get; } = new("--keep-raw")
    {
        Description = "Keep every latency of round trips and requests. `plumbline report` writes one a line, in ns.",
    };

    /// <summary>One option for each axis that has no property in the specification.</summary>
    private Dictionary<Axis, Option<string[]>> Others { get; } =
        Axes.Others.ToDictionary(axis => axis, axis => ListOption.Create<string>(axis.Flag, Description(axis)));

    public Option<string> Out { get; } = ResultsFolder.Option();

    private IEnumerable<Option> All =>
    [
        Name, Nodes, ProxyModes, AllowProxyReconfiguration, Measure, Timing, DataPlanes, Services, Positions, Builds,
        Trials, Packets, WarmupPackets, Rate, Generator, Seed, Dialect, Endpoints, PortsPerService, RttPacing,
        Timeout, Requests, Rps, Connection, WorkUs, KeepRaw, .. Others.Values, Out,
    ];

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The file's specification, overridden by the options.</summary>
    /// <exception cref="UserException">The file is wrong.</exception>
    public ExperimentSpec Spec(ParseResult arguments)
    {
        ExperimentSpec spec = arguments.GetValue(File) is { } file ? ExperimentFile.Read(file) : s_defaults;
        return spec with
        {
            Name = arguments.GetValue(Name) ?? spec.Name,
            Nodes = Given(arguments, Nodes) ?? spec.Nodes,
            ProxyModes = Given(arguments, ProxyModes) ?? spec.ProxyModes,
            AllowProxyReconfiguration = arguments.GetValue(AllowProxyReconfiguration) || spec.AllowProxyReconfiguration,
            Measure = Given(arguments, Measure) ?? spec.Measure,
            Timing = Given(arguments, Timing) ?? spec.Timing,
            DataPlanes = Given(arguments, DataPlanes) ?? spec.DataPlanes,
            Services = Given(arguments, Services) ?? spec.Services,
            Positions = Given(arguments, Positions) ?? spec.Positions,
            Builds = arguments.GetValue(Builds) ?? spec.Builds,
            Trials = arguments.GetValue(Trials) ?? spec.Trials,
            Packets = arguments.GetValue(Packets) ?? spec.Packets,
            WarmupPackets = arguments.GetValue(WarmupPackets) ?? spec.WarmupPackets,
            RatePps = arguments.GetValue(Rate) ?? spec.RatePps,
            Generator = arguments.GetValue(Generator) ?? spec.Generator,
            Seed = arguments.GetValue(Seed) ?? spec.Seed,
            NftablesDialect = arguments.GetValue(Dialect) ?? spec.NftablesDialect,
            EndpointsPerService = arguments.GetValue(Endpoints) ?? spec.EndpointsPerService,
            PortsPerService = arguments.GetValue(PortsPerService) ?? spec.PortsPerService,
            RttPacing = arguments.GetValue(RttPacing) ?? spec.RttPacing,
            TimeoutMs = arguments.GetValue(Timeout) ?? spec.TimeoutMs,
            Requests = arguments.GetValue(Requests) ?? spec.Requests,
            Rps = arguments.GetValue(Rps) ?? spec.Rps,
            Connection = arguments.GetValue(Connection) ?? spec.Connection,
            WorkUs = arguments.GetValue(WorkUs) ?? spec.WorkUs,
            KeepRaw = arguments.GetValue(KeepRaw) || spec.KeepRaw,
            Others = OthersIn(arguments, spec),
        };
    }

    private Dictionary<string, JsonElement> OthersIn(ParseResult arguments, ExperimentSpec spec)
    {
        Dictionary<string, JsonElement> others = new(spec.Others);
        foreach ((Axis axis, Option<string[]> option) in Others)
        {
            if (Given(arguments, option) is { } values)
            {
                others[axis.Key] = JsonSerializer.SerializeToElement(values);
            }
        }

        return others;
    }

    private static string Description(Axis axis)
    {
        string values = axis.Values is { } all ? $": {string.Join(", ", all)}" : "";
        string usual = axis.Default is { } value ? $" (default {value})" : "";
        return $"Values of the axis {axis.Words} to measure{values}{usual}.";
    }

    private static T[]? Given<T>(ParseResult arguments, Option<T[]> option) =>
        arguments.GetResult(option) is null ? null : arguments.GetValue(option);
}
