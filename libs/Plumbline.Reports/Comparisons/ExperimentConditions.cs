using System.Globalization;

namespace Plumbline.Reports.Comparisons;

/// <summary>A condition that is not the same in both experiments.</summary>
public sealed record ConditionDifference(string Name, string A, string B);

/// <summary>Under which conditions an experiment was measured, as facts that can be compared with another's.</summary>
public static class ExperimentConditions
{
    private const string NotApplicable = "not measured";

    /// <summary>Those that are not the same, in the order of <see cref="Of"/>.</summary>
    public static IReadOnlyList<ConditionDifference> Differences(ExperimentComparison comparison)
    {
        Dictionary<string, string> ofA = Of(comparison.A).ToDictionary(fact => fact.Name, fact => fact.Value);
        Dictionary<string, string> ofB = Of(comparison.B).ToDictionary(fact => fact.Name, fact => fact.Value);
        return
        [
            .. from name in ofA.Keys.Union(ofB.Keys)
               let one = ofA.GetValueOrDefault(name, Figures.Unknown)
               let other = ofB.GetValueOrDefault(name, Figures.Unknown)
               where one != other
               select new ConditionDifference(name, one, other),
        ];
    }

    /// <summary>Every condition, the same names for every lab. In a cluster, facts about the node come first.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(ExperimentResults results) =>
    [
        .. NodeText.Facts(results),
        .. Machine(results.Machine),
        .. Rules(results),
        .. Load(results.Summary.Spec),
        .. Answers(results.Summary.Spec),
        .. Measuring(results),
    ];

    private static IEnumerable<(string Name, string Value)> Machine(MachineDescription? machine) =>
    [
        ("kernel", machine?.Kernel ?? Figures.Unknown),
        ("operating system", machine?.OperatingSystem ?? Figures.Unknown),
        ("CPU", machine?.CpuModel ?? Figures.Unknown),
        ("CPUs", machine is null ? Figures.Unknown : Figures.Integer(machine.CpuCount)),
        ("frequency governor", machine?.Governor ?? Figures.Unknown),
        ("hypervisor", machine?.Hypervisor ?? Figures.Unknown),
        ("CPU mitigations", machine?.Mitigations ?? Figures.Unknown),
        ("nft", machine?.NftVersion ?? Figures.Unknown),
        ("iptables", machine?.IptablesVersion ?? Figures.Unknown),
        ("Plumbline", machine?.PlumblineVersion ?? Figures.Unknown),
    ];

    private static IEnumerable<(string Name, string Value)> Rules(ExperimentResults results)
    {
        ExperimentSpec spec = results.Summary.Spec;
        IEnumerable<ProgrammedDataPlane> programmed = results.Steps.SelectMany(step => step.DataPlanes);
        return
        [
            .. Swept(spec),
            ("nftables dialect", spec.NftablesDialect),
            ("endpoints of each Service", Figures.Integer(spec.EndpointsPerService)),
            ("protocols", Sorted(spec.Protocols)),
            ("ports of each Service", Figures.Integer(spec.PortsPerService)),
            ("rules written by", Sorted(programmed.Where(each => !each.Cell.IsBaseline).Select(each => each.Tool))),
            ("seed", spec.Seed.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The values of each axis, without nodes, and without axes that have only their default.</summary>
    private static IEnumerable<(string Name, string Value)> Swept(ExperimentSpec spec) =>
    [
        ("data planes", Sorted(spec.DataPlanes)),
        ("numbers of Services", string.Join(", ", spec.Services.Order().Select(each => Figures.Integer(each)))),
        ("positions", Sorted(spec.Positions)),
        .. from axis in Axes.Others
           let values = axis.ValuesIn(spec).Order(Comparer<string>.Create(axis.Compare)).ToArray()
           where values.Any(value => value != axis.Default)
           select (axis.Words, string.Join(", ", values.Select(axis.Text))),
    ];

    private static IEnumerable<(string Name, string Value)> Load(ExperimentSpec spec) =>
    [
        ("measures", Sorted(spec.Measure)),
        ("trials of each cell", Figures.Integer(spec.Trials)),
        ("packets of a trial", Figures.Integer(spec.Packets)),
        ("warm-up packets", Figures.Integer(spec.WarmupPackets)),
        ("rate at most, packets/s", Figures.Integer(spec.RatePps)),
        ("attempts at most", Figures.Integer(spec.MaxAttempts)),
    ];

    private static IEnumerable<(string Name, string Value)> Answers(ExperimentSpec spec)
    {
        bool roundTrip = spec.Measure.Contains(Measure.RoundTrip.WireName());
        bool grpc = spec.Measure.Contains(Measure.Grpc.WireName());
        return
        [
            ("round trips", roundTrip ? $"{spec.RttMode}, {spec.RttPacing}" : NotApplicable),
            ("timeout, ms", roundTrip || grpc ? Figures.Integer(spec.TimeoutMs) : NotApplicable),
            ("gRPC requests of a trial", grpc ? Figures.Integer(spec.Requests) : NotApplicable),
            ("gRPC requests/s", grpc ? Figures.Integer(spec.Rps) : NotApplicable),
            ("gRPC connection", grpc ? spec.Connection : NotApplicable),
            ("gRPC work, µs", grpc ? Figures.Integer(spec.WorkUs) : NotApplicable),
        ];
    }

    private static IEnumerable<(string Name, string Value)> Measuring(ExperimentResults results)
    {
        IEnumerable<string?> attachments =
            results.Attempts.Select(attempt => attempt.Probe(Timing.Function)?.Report.Attachment);
        return
        [
            ("generator", Sorted(results.Attempts.Select(attempt => attempt.Conditions.Generator))),
            ("function probe attached by", Sorted(attachments.OfType<string>())),
            ("timed by", Sorted(results.Attempts.Select(attempt => attempt.Conditions.TimedBy))),
        ];
    }

    private static string Sorted(IEnumerable<string> words) =>
        string.Join(", ", words.Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } all
            ? all
            : Figures.Unknown;
}
