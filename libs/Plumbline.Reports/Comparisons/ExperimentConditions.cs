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

    /// <summary>
    /// Every condition, the same names for every lab whose machine was described. In a cluster, facts about the node
    /// come first.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Of(ExperimentResults results) =>
    [
        .. NodeText.Facts(results),
        .. MachineText.Facts(results.Machine),
        .. Rules(results),
        .. Load(results.Summary.Spec),
        .. Answers(results.Summary.Spec),
        .. Measuring(results),
    ];

    private static IEnumerable<(string Name, string Value)> Rules(ExperimentResults results)
    {
        ExperimentSpec spec = results.Summary.Spec;
        IEnumerable<TrialConditions> withRules =
            results.Attempts.Select(attempt => attempt.Conditions).Where(each => each.Rules > 0);
        IEnumerable<ProgrammedDataPlane> programmed = results.Steps.SelectMany(step => step.DataPlanes);
        return
        [
            .. Swept(spec),
            ("nftables dialect", spec.NftablesDialect),
            ("endpoints of each Service", Figures.Integer(spec.EndpointsPerService)),
            ("protocols of the ports", ProtocolText.Mix(spec)),
            ("ports of each Service", Figures.Integer(spec.PortsPerService)),
            ("rules for TCP", Figures.Range(withRules.Select(each => 100.0 * each.TcpRules / each.Rules), Percent)),
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
        ("builds of each number of Services", Figures.Integer(spec.Builds)),
        ("trials of each cell in a build", Figures.Integer(spec.Trials)),
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
            ("round trips", roundTrip ? $"{ProtocolText.Packets(spec)}, {spec.RttPacing}" : NotApplicable),
            ("timeout, ms", roundTrip || grpc ? Figures.Integer(spec.TimeoutMs) : NotApplicable),
            ("gRPC requests of a trial", grpc ? Figures.Integer(spec.Requests) : NotApplicable),
            ("gRPC requests/s", grpc ? Figures.Integer(spec.Rps) : NotApplicable),
            ("gRPC connection", grpc ? spec.Connection : NotApplicable),
            ("gRPC work, µs", grpc ? Figures.Integer(spec.WorkUs) : NotApplicable),
        ];
    }

    private static IEnumerable<(string Name, string Value)> Measuring(ExperimentResults results)
    {
        IEnumerable<string> cpus = results.Attempts.Select(attempt => MachineText.SendingCpu(attempt.Conditions));
        IEnumerable<string?> attachments =
            results.Attempts.Select(attempt => attempt.Probe(Timing.Function)?.Report.Attachment);
        return
        [
            ("generator", Sorted(results.Attempts.Select(attempt => attempt.Conditions.Generator))),
            ("sending CPU", Sorted(cpus.Where(cpu => cpu.Length > 0))),
            ("sender's priority", Sorted(results.Attempts
                .Select(attempt => attempt.Conditions.SenderPriority?.WireName()).OfType<string>())),
            ("function probe attached by", Sorted(attachments.OfType<string>())),
            ("timed by", Sorted(results.Attempts.Select(attempt => attempt.Conditions.TimedBy))),
        ];
    }

    private static string Percent(double value) => $"{Figures.Rounded(value)} %";

    private static string Sorted(IEnumerable<string> words) =>
        string.Join(", ", words.Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } all
            ? all
            : Figures.Unknown;
}
