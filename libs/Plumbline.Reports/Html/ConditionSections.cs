using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Under which conditions the figures were measured.</summary>
internal static class ConditionSections
{
    public static ReportSection Machine(ExperimentResults results)
    {
        List<(string Name, string Value)> facts = [.. NodeText.Facts(results)];
        if (results.Machine is { } machine)
        {
            facts.AddRange(
            [
                ("kernel", machine.Kernel), ("operating system", machine.OperatingSystem),
                ("CPU", $"{machine.CpuModel}, {machine.CpuCount} CPUs"), ("frequency governor", machine.Governor),
                ("hypervisor", machine.Hypervisor), ("CPU mitigations", machine.Mitigations), ("nft", machine.NftVersion),
                ("iptables", machine.IptablesVersion), ("Plumbline", machine.PlumblineVersion),
            ]);
        }

        ExperimentSpec spec = results.Summary.Spec;
        facts.AddRange(
        [
            ("nftables dialect", $"kube-proxy {spec.NftablesDialect}"), ("endpoints of each Service", Figures.Integer(spec.EndpointsPerService)),
            ("ports of each Service", $"{Figures.Integer(spec.PortsPerService)}, by turns {string.Join(", ", spec.Protocols)}"), ("seed", spec.Seed.ToString(CultureInfo.InvariantCulture)),
            ("packets of a trial", $"{Figures.Integer(spec.Packets)}, after {Figures.Integer(spec.WarmupPackets)} to warm up"),
            .. spec.Measure.Contains(Measure.RoundTrip.WireName()) ? [("round-trip probes", AnswerSections.RoundTripSettings(spec))] : None,
            .. spec.Measure.Contains(Measure.Grpc.WireName()) ? [("requests (application level)", AnswerSections.RequestSettings(spec))] : None,
            ("generator", Distinct(results, conditions => conditions.GeneratorReason is { } reason ? $"{conditions.Generator} ({reason})" : conditions.Generator)), ("timed by", Distinct(results, conditions => conditions.TimedBy)),
            .. spec.Timing.Contains(Timing.Function.WireName())
                ? [("function probe attached by", Distinct(results, conditions => conditions.FunctionAttachment?.WireName() ?? conditions.FunctionAbsent ?? ""))]
                : None,
        ]);
        return new ReportSection("Machine and settings")
        {
            Paragraphs = results.Machine is null ? ["The machine was not described before the experiment ended."] : [],
            Tables =
            [
                new ReportTable("Machine and settings", ["what", ReportColumn.Words("value")], [.. facts.Select(fact => new ReportRow(fact.Name, fact.Value))]),
            ],
        };
    }

    public static ReportSection? Cells(ExperimentResults results)
    {
        IGrouping<Measure, AttemptResult>[] probes =
            [.. results.AcceptedAttempts().GroupBy(attempt => attempt.Trial.Measure).OrderBy(probe => probe.Key)];
        return probes.Length == 0 ? null : new ReportSection("Conditions of each cell")
        {
            Paragraphs = ["Of accepted attempts; a range is over the cell's trials. A packet that takes longer than the rate allows is asked for less often, so that none waits for the one before."],
            Tables = [.. probes.Select(probe => TableOf(probe.Key, probe))],
        };

        static ReportTable TableOf(Measure probe, IEnumerable<AttemptResult> attempts)
        {
            (string of, string unit) = probe switch
            {
                Measure.RoundTrip => ("round trips", "probes/s"),
                Measure.Grpc => ("requests (application level)", "requests/s"),
                _ => ("packets one-way", "packets/s"),
            };
            return new ReportTable(
                $"Conditions of each cell: {of}",
                [
                    "Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"), "rules", "target's index",
                    $"asked, {unit}", $"achieved, {unit}", "late p50, µs", "late p99, µs", "latest, µs", "stolen, ms", "CPU", "samples of a trial",
                ],
                [
                    .. attempts.GroupBy(attempt => (attempt.Trial.Cell.Services, attempt.Trial.Cell.DataPlane, attempt.Trial.Cell.Position))
                        .OrderBy(cell => cell.Key)
                        .Select(RowOf),
                ]);
        }

        static ReportRow RowOf(IGrouping<(int Services, DataPlane DataPlane, Position Position), AttemptResult> cell)
        {
            TrialConditions[] all = [.. cell.Select(attempt => attempt.Conditions)];
            return new ReportRow(
                Figures.Integer(cell.Key.Services),
                cell.Key.DataPlane.WireName(),
                cell.Key.Position.WireName(),
                Figures.Range(all.Select(each => (long)each.Rules), Figures.Integer),
                Figures.Range(all.Select(each => each.TargetIndex).OfType<int>().Select(each => (long)each), Figures.Integer),
                Figures.Range(all.Select(each => each.AskedRatePps), Rate),
                Figures.Range(all.Select(each => each.AchievedRatePps), Rate),
                Figures.Range(all.Select(each => (double?)each.LatenessP50Ns).OfType<double>(), ns => Figures.Microseconds(ns)),
                Figures.Range(all.Select(each => (double?)each.LatenessP99Ns).OfType<double>(), ns => Figures.Microseconds(ns)),
                Figures.Microseconds(all.Max(each => (double?)each.LatenessMaxNs)),
                Figures.Range(all.Select(each => each.StealNs / 1e6), Figures.Text),
                Figures.Range(all.Select(each => (long)each.Cpu), Figures.Integer),
                Figures.Range(cell.Select(attempt => attempt.Latencies.Select(latency => latency.Count).DefaultIfEmpty().Max()), Figures.Integer));
        }
    }

    private static (string Name, string Value)[] None => [];

    private static string Rate(double pps) => Figures.Integer((long)Math.Round(pps));

    private static string Distinct(ExperimentResults results, Func<TrialConditions, string> of) =>
        string.Join(", ", results.Attempts.Select(attempt => of(attempt.Conditions)).Where(each => each.Length > 0).Distinct()) is { Length: > 0 } all ? all : Figures.Unknown;
}
