using System.Globalization;

namespace Plumbline.Reports.Html;

/// <summary>Under which conditions the figures were measured.</summary>
internal static class ConditionSections
{
    public static ReportSection Machine(ExperimentResults results)
    {
        (string Name, string Value)[] facts =
            [.. NodeText.Facts(results), .. MachineText.Facts(results.Machine), .. Settings(results)];
        return new ReportSection("Machine and settings")
        {
            Paragraphs = results.Machine is null ? ["The experiment ended before its machine was described."] : [],
            Tables =
            [
                new ReportTable(
                    "Machine and settings",
                    ["what", ReportColumn.Words("value")],
                    [.. facts.Select(fact => new ReportRow(fact.Name, fact.Value))]),
            ],
        };
    }

    public static ReportSection? Cells(ExperimentResults results)
    {
        ReportTable[] tables =
        [
            .. from attempt in results.AcceptedAttempts()
               group attempt by attempt.Trial.Measure into measure
               orderby measure.Key
               select TableOf(measure.Key, [.. measure]),
        ];
        return tables.Length == 0 ? null : new ReportSection("Conditions of each cell")
        {
            Paragraphs =
            [
                "Accepted attempts only; a range is over the cell's trials. A packet that takes longer than the rate "
                    + "allows is sent less often, so that none waits for the one before.",
            ],
            Tables = tables,
        };
    }

    private static IEnumerable<(string Name, string Value)> Settings(ExperimentResults results)
    {
        ExperimentSpec spec = results.Summary.Spec;
        yield return ("nftables dialect", $"kube-proxy {spec.NftablesDialect}");
        yield return ("endpoints of each Service", Figures.Integer(spec.EndpointsPerService));
        yield return (
            "ports of each Service",
            $"{Figures.Integer(spec.PortsPerService)}; of all ports {ProtocolText.Mix(spec)}");
        yield return ("packets one-way and round trip", ProtocolText.Packets(spec));
        yield return ("seed", spec.Seed.ToString(CultureInfo.InvariantCulture));
        yield return (
            "packets of a trial",
            $"{Figures.Integer(spec.Packets)}, after {Figures.Integer(spec.WarmupPackets)} to warm up");
        if (spec.Measure.Contains(Measure.RoundTrip.WireName()))
        {
            yield return ("round trips", AnswerSections.RoundTripSettings(spec));
        }

        if (spec.Measure.Contains(Measure.Grpc.WireName()))
        {
            yield return ("requests (application level)", AnswerSections.RequestSettings(spec));
        }

        yield return ("generator", Distinct(results, attempt => Generator(attempt.Conditions)));
        yield return (
            "clock's step",
            results.Machine is { } machine ? $"{Figures.Integer(machine.ClockStepNs)} ns or less" : Figures.Unknown);
        yield return ("sending CPU", Distinct(results, attempt => MachineText.SendingCpu(attempt.Conditions)));
        yield return ("timed by", Distinct(results, attempt => attempt.Conditions.TimedBy));
        if (spec.Timing.Contains(Timing.Function.WireName()))
        {
            yield return ("function probe attached by", Distinct(results, Attachment));
        }
    }

    private static ReportTable TableOf(Measure measure, AttemptResult[] attempts)
    {
        (string what, string unit) = measure switch
        {
            Measure.RoundTrip => ("round trips", "packets/s"),
            Measure.Grpc => ("requests (application level)", "requests/s"),
            _ => ("packets one-way", "packets/s"),
        };
        CellColumns columns = CellColumns.Of(attempts.Select(attempt => attempt.LocalCell()), Axes.Services);
        return new ReportTable(
            $"Conditions of each cell: {what}",
            [
                .. columns.Titles, "rules", "for TCP", "target's index", $"asked, {unit}", $"achieved, {unit}",
                "late p50, µs", "late p99, µs", "latest, µs", "stolen, ms", "CPU", "priority", "samples of a trial",
            ],
            [
                .. attempts.GroupBy(attempt => attempt.LocalCell())
                    .ByRow(cell => cell.Key)
                    .Select(cell => ReportRow.Of([.. columns.Texts(cell.Key), .. Conditions([.. cell])])),
            ]);
    }

    private static IEnumerable<ReportCell> Conditions(AttemptResult[] attempts)
    {
        TrialConditions[] all = [.. attempts.Select(attempt => attempt.Conditions)];
        IEnumerable<long> samples =
            attempts.Select(attempt => attempt.Latencies.Select(latency => latency.Count).DefaultIfEmpty().Max());
        return
        [
            Figures.Range(all.Select(each => (long)each.Rules), Figures.Integer),
            Figures.Range(all.Select(each => (long)each.TcpRules), Figures.Integer),
            Figures.Range(all.SelectMany(Indices), Figures.Integer),
            Figures.Range(all.Select(each => each.AskedRatePps), Figures.Rounded),
            Figures.Range(all.Select(each => each.AchievedRatePps), Figures.Rounded),
            Late(each => each.LatenessP50Ns),
            Late(each => each.LatenessP99Ns),
            Figures.Microseconds(all.Max(each => (double?)each.LatenessMaxNs)),
            Figures.Range(all.Select(each => each.StealNs / 1e6).OfType<double>(), Figures.Text),
            Figures.Range(all.Select(each => (long?)each.Cpu).OfType<long>(), Figures.Integer),
            string.Join(
                ", ", all.Select(each => each.SenderPriority?.WireName() ?? Figures.Unknown).Distinct().Order()),
            Figures.Range(samples, Figures.Integer),
        ];

        string Late(Func<TrialConditions, long?> ns) =>
            Figures.Range(all.Select(each => (double?)ns(each)).OfType<double>(), each => Figures.Microseconds(each));
    }

    private static IEnumerable<long> Indices(TrialConditions conditions) =>
        ((int?[])[conditions.TargetIndex, conditions.FirstTargetIndex, conditions.LastTargetIndex])
            .Select(index => (long?)index).OfType<long>();

    private static string Generator(TrialConditions conditions) => conditions.GeneratorReason is { } reason
        ? $"{conditions.Generator} ({reason})"
        : conditions.Generator;

    private static string Attachment(AttemptResult attempt) =>
        attempt.Probe(Timing.Function)?.Report is { } report ? report.Attachment ?? report.Absent ?? "" : "";

    private static string Distinct(ExperimentResults results, Func<AttemptResult, string> of)
    {
        IEnumerable<string> known = results.Attempts.Select(of).Where(each => each.Length > 0).Distinct();
        return string.Join(", ", known) is { Length: > 0 } all ? all : Figures.Unknown;
    }
}
