using System.CommandLine;
using Plumbline.Contracts;

namespace Plumbline.Cli;

/// <summary>The flags of `plumbline lab`; each overrides the experiment file's key of the same meaning.</summary>
internal sealed class LabOptions
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

    public Option<int[]> Services { get; } = List<int>("--services",
        $"Numbers of Services (default {string.Join(',', s_defaults.Services)}).");

    public Option<string[]> Positions { get; } = List<string>("--positions",
        $"Where the measured Service stands: first, p25, median, p75, last, random (default {string.Join(',', s_defaults.Positions)}).");

    public Option<int?> Trials { get; } = new("--trials") { Description = $"Trials of each cell (default {s_defaults.Trials})." };

    public Option<int?> Packets { get; } = new("--packets") { Description = $"Measured packets of a trial (default {s_defaults.Packets})." };

    public Option<int?> WarmupPackets { get; } = new("--warmup-packets") { Description = $"Packets before them, not counted (default {s_defaults.WarmupPackets})." };

    public Option<int?> Rate { get; } = new("--rate")
    {
        Description = $"Packets a second, at most (default {s_defaults.RatePps}); a slow cell is asked for half of what it can take, and says so.",
    };

    public Option<long?> Seed { get; } = new("--seed") { Description = $"Seed of every random choice (default {s_defaults.Seed})." };

    public Option<string?> Dialect { get; } = new("--nftables-dialect") { Description = $"Shape of the nftables rules: 1.36 or 1.35 (default {s_defaults.NftablesDialect})." };

    public Option<int?> Endpoints { get; } = new("--endpoints") { Description = $"Endpoints of each Service (default {s_defaults.EndpointsPerService})." };

    public Option<string[]> Protocols { get; } = List<string>("--protocols",
        "Ports of each Service: udp, or udp,tcp (then each Service is two rules; default udp).");

    public Option<string> Out { get; } = ResultsFolder.Option();

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the workers' logs to standard error." };

    public IEnumerable<Option> All =>
        [Name, DataPlanes, Services, Positions, Trials, Packets, WarmupPackets, Rate, Seed, Dialect, Endpoints, Protocols, Out, Verbose];

    /// <summary>The file's specification with the flags laid over it.</summary>
    /// <exception cref="UserException">The file is wrong.</exception>
    public ExperimentSpec Spec(ParseResult arguments)
    {
        ExperimentSpec spec = arguments.GetValue(File) is { } file ? ExperimentFile.Read(file) : s_defaults;
        return spec with
        {
            Name = arguments.GetValue(Name) ?? spec.Name,
            DataPlanes = Given(arguments, DataPlanes) ?? spec.DataPlanes,
            Services = Given(arguments, Services) ?? spec.Services,
            Positions = Given(arguments, Positions) ?? spec.Positions,
            Trials = arguments.GetValue(Trials) ?? spec.Trials,
            Packets = arguments.GetValue(Packets) ?? spec.Packets,
            WarmupPackets = arguments.GetValue(WarmupPackets) ?? spec.WarmupPackets,
            RatePps = arguments.GetValue(Rate) ?? spec.RatePps,
            Seed = arguments.GetValue(Seed) ?? spec.Seed,
            NftablesDialect = arguments.GetValue(Dialect) ?? spec.NftablesDialect,
            EndpointsPerService = arguments.GetValue(Endpoints) ?? spec.EndpointsPerService,
            Protocols = Given(arguments, Protocols) ?? spec.Protocols,
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
