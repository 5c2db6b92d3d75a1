using System.CommandLine;
using Plumbline.Contracts;

namespace Plumbline.Cli;

/// <summary>The flags of `plumbline lab` and `plumbline run`; each overrides the experiment file's key of the same meaning.</summary>
internal sealed class ExperimentOptions
{
    private static readonly ExperimentSpec s_defaults = new();

    public Argument<string?> File { get; } = new("experiment.yaml")
    {
        Description = "An experiment file; its keys are those of the flags in camelCase (dataPlanes, services, …). Flags override it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Name { get; } = new("--name") { Description = "A name for the experiment." };

    public Option<string[]> DataPlanes { get; } = List<string>("--data-planes",
        $"Data planes to compare (default {string.Join(',', s_defaults.DataPlanes)}).");

    public Option<string[]> Nodes { get; } = List<string>("--nodes",
        "Names of a cluster's nodes to measure on, each by itself (default none: the pipeline's lab nodes).");

    public Option<string[]> ProxyModes { get; } = List<string>("--proxy-modes",
        "Modes that the cluster's kube-proxy is switched to, one after the other: iptables, nftables (default none: as it is).");

    public Option<bool> AllowProxyReconfiguration { get; } = new("--allow-proxy-reconfiguration")
    {
        Description = "Let kube-proxy's configuration be changed for --proxy-modes; it is restored at every end.",
    };

    public Option<string[]> Probes { get; } = List<string>("--probes",
        $"What to measure: one-way (in the kernel), rtt (round trip), grpc (application level) (default {string.Join(',', s_defaults.Probes)}).");

    public Option<string[]> Probe { get; } = List<string>("--probe",
        $"How one-way packets are timed: stage (between tracepoints), function (ipt_do_table and nft_do_chain themselves), or both (default {string.Join(',', s_defaults.Probe)}).");

    public Option<int[]> Services { get; } = List<int>("--services",
        $"Numbers of Services (default {string.Join(',', s_defaults.Services)}).");

    public Option<string[]> Positions { get; } = List<string>("--positions",
        $"Where the measured Service stands: first, p25, median, p75, last, random (default {string.Join(',', s_defaults.Positions)}).");

    public Option<int?> Trials { get; } = new("--trials") { Description = $"Trials of each cell (default {s_defaults.Trials})." };

    public Option<int?> Packets { get; } = new("--packets")
    {
        Description = $"Measured packets of a one-way trial, or probes of a round-trip trial (default {s_defaults.Packets}).",
    };

    public Option<int?> WarmupPackets { get; } = new("--warmup-packets") { Description = $"Packets before them, not counted (default {s_defaults.WarmupPackets})." };

    public Option<int?> Rate { get; } = new("--rate")
    {
        Description = $"Packets or probes a second, at most (default {s_defaults.RatePps}); a slow cell is asked for half of what it can take, and says so.",
    };

    public Option<string?> Generator { get; } = new("--generator")
    {
        Description = $"What sends one-way packets: pktgen (the kernel's generator), af_packet (works everywhere), or auto: pktgen where it is there (default {s_defaults.Generator}).",
    };

    public Option<long?> Seed { get; } = new("--seed") { Description = $"Seed of every random choice (default {s_defaults.Seed})." };

    public Option<string?> Dialect { get; } = new("--nftables-dialect") { Description = $"Shape of the nftables rules: 1.36 or 1.35 (default {s_defaults.NftablesDialect})." };

    public Option<int?> Endpoints { get; } = new("--endpoints") { Description = $"Endpoints of each Service (default {s_defaults.EndpointsPerService})." };

    public Option<string[]> Protocols { get; } = List<string>("--protocols",
        $"Protocols of the Services' ports, by turns (default {string.Join(',', s_defaults.Protocols)}: half of the Services each).");

    public Option<int?> PortsPerService { get; } = new("--ports-per-service")
    {
        Description = $"Ports of each Service: 1, or 2 for both protocols on each, which is two rules; up to 500 in a cluster (default {s_defaults.PortsPerService}).",
    };

    public Option<string?> RttMode { get; } = new("--rtt-mode")
    {
        Description = $"Round-trip probes: tcp-syn (answered by the endpoint's kernel) or udp-echo (by its program) (default {s_defaults.RttMode}).",
    };

    public Option<string?> RttPacing { get; } = new("--rtt-pacing")
    {
        Description = $"When the next round-trip probe leaves: open-loop (by --rate) or ping-pong (after the answer) (default {s_defaults.RttPacing}).",
    };

    public Option<int?> Timeout { get; } = new("--timeout")
    {
        Description = $"Milliseconds after which an answer is late; ten times as long for a gRPC request (default {s_defaults.TimeoutMs}).",
    };

    public Option<int?> Requests { get; } = new("--requests") { Description = $"Measured gRPC requests of a trial (default {s_defaults.Requests})." };

    public Option<int?> Rps { get; } = new("--rps") { Description = $"gRPC requests a second (default {s_defaults.Rps})." };

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = $"Connection of a gRPC request: new (each) or kept-alive (one for all, which conntrack spares the rules) (default {s_defaults.Connection}).",
    };

    public Option<int?> WorkUs { get; } = new("--work-us")
    {
        Description = $"Microseconds of CPU that the endpoint burns in each gRPC request (default {s_defaults.WorkUs}).",
    };

    public Option<bool> KeepRaw { get; } = new("--keep-raw")
    {
        Description = "Keep each latency of round trips and requests; `plumbline report` writes them one per line, in ns.",
    };

    public Option<string> Out { get; } = ResultsFolder.Option();

    private IEnumerable<Option> All =>
    [
        Name, Nodes, ProxyModes, AllowProxyReconfiguration, Probes, Probe, DataPlanes, Services, Positions, Trials, Packets, WarmupPackets, Rate, Generator, Seed, Dialect, Endpoints, Protocols, PortsPerService,
        RttMode, RttPacing, Timeout, Requests, Rps, Connection, WorkUs, KeepRaw, Out,
    ];

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The file's specification with the flags laid over it.</summary>
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
            Probes = Given(arguments, Probes) ?? spec.Measure,
            Probe = Given(arguments, Probe) ?? spec.Timing,
            DataPlanes = Given(arguments, DataPlanes) ?? spec.DataPlanes,
            Services = Given(arguments, Services) ?? spec.Services,
            Positions = Given(arguments, Positions) ?? spec.Positions,
            Trials = arguments.GetValue(Trials) ?? spec.Trials,
            Packets = arguments.GetValue(Packets) ?? spec.Packets,
            WarmupPackets = arguments.GetValue(WarmupPackets) ?? spec.WarmupPackets,
            RatePps = arguments.GetValue(Rate) ?? spec.RatePps,
            Generator = arguments.GetValue(Generator) ?? spec.Generator,
            Seed = arguments.GetValue(Seed) ?? spec.Seed,
            NftablesDialect = arguments.GetValue(Dialect) ?? spec.NftablesDialect,
            EndpointsPerService = arguments.GetValue(Endpoints) ?? spec.EndpointsPerService,
            Protocols = Given(arguments, Protocols) ?? spec.Protocols,
            PortsPerService = arguments.GetValue(PortsPerService) ?? spec.PortsPerService,
            RttMode = arguments.GetValue(RttMode) ?? spec.RttMode,
            RttPacing = arguments.GetValue(RttPacing) ?? spec.RttPacing,
            TimeoutMs = arguments.GetValue(Timeout) ?? spec.TimeoutMs,
            Requests = arguments.GetValue(Requests) ?? spec.Requests,
            Rps = arguments.GetValue(Rps) ?? spec.Rps,
            Connection = arguments.GetValue(Connection) ?? spec.Connection,
            WorkUs = arguments.GetValue(WorkUs) ?? spec.WorkUs,
            KeepRaw = arguments.GetValue(KeepRaw) || spec.KeepRaw,
        };
    }

    private static T[]? Given<T>(ParseResult arguments, Option<T[]> option) =>
        arguments.GetResult(option) is null ? null : arguments.GetValue(option);

    /// <summary>A list as people write it: comma-separated, or the flag several times.</summary>
    private static Option<T[]> List<T>(string name, string description)
        where T : IParsable<T> => new(name)
        {
            Description = description,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result =>
            {
                List<T> values = [];
                foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (!T.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out T? value))
                    {
                        result.AddError($"{name}: '{word}' is not a whole number here.");
                        return null;
                    }

                    values.Add(value);
                }

                return [.. values];
            },
        };
}
