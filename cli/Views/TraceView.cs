using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Probing.Tracing;
using Plumbline.Reports;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// One data plane's trace on the terminal: the stages of the first and second packet side by side, the evidence, and
/// both drawn to one scale.
/// </summary>
internal static class TraceView
{
    private const int LeastNameWidth = 22;
    private const int NumberWidth = 9;
    private const int ShareWidth = 7;
    private const int ColumnWidth = (2 * NumberWidth) + ShareWidth;
    private const int BarWidth = 48;

    /// <summary>The start of each of the kernel's reasons.</summary>
    private const string ReasonPrefix = "SKB_DROP_REASON_";

    public static void Write(IAnsiConsole console, ServiceTrace trace)
    {
        FlowTrace flow = trace.Flows[^1];
        console.WriteLine($"{trace.DataPlane.WireName()}: {Figures.Integer(trace.Rules)} Services; to {Place(trace)}");
        console.WriteLine($"  {trace.RuleText}");
        console.WriteLine();
        WriteTable(console, flow);
        WriteBars(console, flow);
        WriteNotes(console, trace, flow);
        console.WriteLine();
    }

    /// <summary>Explains the stages' names, once for all data planes.</summary>
    public static void WriteLegend(IAnsiConsole console, IReadOnlyList<ServiceTrace> traces)
    {
        WaterfallStage[] named =
        [
            .. traces.SelectMany(trace => trace.Flows)
                .SelectMany(flow => flow.First.Stages.Concat(flow.Second.Stages))
                .SelectMany(WithParts)
                .DistinctBy(stage => stage.Name),
        ];
        int width = NameWidth(named.Select(stage => stage.Name));
        foreach (WaterfallStage stage in named)
        {
            console.WriteLine($"{stage.Name.PadRight(width)}{stage.What}");
        }

        console.WriteLine();
        if (traces.Any(trace => trace.FunctionAbsent is not null))
        {
            console.WriteLine("Hooks and chains are not separated: plumbline doctor says why.");
        }

        console.WriteLine("A column is one packet, not a statistic: plumbline lab measures distributions.");
    }

    private static string Place(ServiceTrace trace) => $"the {trace.Position.WireName()} one, {trace.Target},"
        + $" {KnownDataPlanes.Of(trace.DataPlane).FoundBy(trace.TargetIndex)}";

    private static IEnumerable<WaterfallStage> WithParts(WaterfallStage stage) =>
        stage.Parts.SelectMany(WithParts).Prepend(stage);

    private static int NameWidth(IEnumerable<string> names) =>
        names.Select(name => name.Length + 2).Append(LeastNameWidth).Max();

    private static void WriteTable(IAnsiConsole console, FlowTrace flow)
    {
        StageRow[] rows = [.. Rows(flow.First.Stages, flow.Second.Stages, "")];
        int nameWidth = NameWidth(rows.Select(row => row.Name));
        Row("", "first packet", "second packet");
        Row("", Header, Header);
        foreach (StageRow row in rows)
        {
            Row(row.Name, Cells(row.First), Cells(row.Second));
        }

        Row("total", Total(flow.First), Total(flow.Second));
        Fact("sent to", packet => packet.Destination);
        Fact("translated to", packet => packet.IsTranslated ? packet.DestinationAfter : null);
        Fact("conntrack entry", packet => packet.Entry.WireName());
        Fact("arrived on", packet => packet.IngressDevice);
        Fact("then", Outcome);
        console.WriteLine();

        void Fact(string name, Func<PacketTrace, string?> value) =>
            Row(name, value(flow.First) ?? Figures.Unknown, value(flow.Second) ?? Figures.Unknown);

        void Row(string name, string first, string second) =>
            console.WriteLine($"  {name.PadRight(nameWidth)}{first,ColumnWidth}{second,ColumnWidth}".TrimEnd());
    }

    private static string Header => Columns("from ns", "ns", "share");

    /// <summary>Each stage that either packet has, with its parts below it.</summary>
    private static IEnumerable<StageRow> Rows(
        IReadOnlyList<WaterfallStage> first, IReadOnlyList<WaterfallStage> second, string indent)
    {
        foreach (string name in first.Concat(second).Select(stage => stage.Name).Distinct())
        {
            WaterfallStage? one = first.FirstOrDefault(stage => stage.Name == name);
            WaterfallStage? other = second.FirstOrDefault(stage => stage.Name == name);
            yield return new StageRow(indent + name, one, other);
            foreach (StageRow part in Rows(one?.Parts ?? [], other?.Parts ?? [], indent + "  "))
            {
                yield return part;
            }
        }
    }

    private static string Cells(WaterfallStage? stage) => stage is null
        ? Columns("", Figures.Unknown, "")
        : Columns(Figures.Integer(stage.StartNs), Figures.Integer(stage.DurationNs), Percent(stage.Share));

    private static string Total(PacketTrace packet) =>
        Columns("", packet.TotalNs is { } ns ? Figures.Integer(ns) : Figures.Unknown, "");

    private static string Columns(string from, string ns, string share) =>
        $"{from,NumberWidth}{ns,NumberWidth}{share,ShareWidth}";

    private static string Percent(double share) => $"{Figures.Integer((long)Math.Round(100 * share))} %";

    private static string Outcome(PacketTrace packet) => packet.Verdict switch
    {
        PacketVerdict.Left => $"left by {packet.EgressDevice}",
        PacketVerdict.Dropped => $"dropped {packet.DropReason?.Replace(ReasonPrefix, "", StringComparison.Ordinal)}",
        _ => "not seen again",
    };

    private static void WriteBars(IAnsiConsole console, FlowTrace flow)
    {
        long longestNs = Math.Max(flow.First.TotalNs ?? 0, flow.Second.TotalNs ?? 0);
        char block = console.Profile.Capabilities.Unicode ? '█' : '#';
        foreach ((string which, PacketTrace packet) in new[] { ("first", flow.First), ("second", flow.Second) })
        {
            string named = which;
            foreach (WaterfallStage stage in packet.Stages)
            {
                int start = Scaled(stage.StartNs);
                int length = Math.Max(1, Scaled(stage.StartNs + stage.DurationNs) - start);
                string bar = new string(' ', start) + new string(block, length);
                console.WriteLine($"  {named,-8}{stage.Name,-LeastNameWidth}{bar}");
                named = "";
            }
        }

        console.WriteLine();

        int Scaled(long ns) => longestNs == 0 ? 0 : (int)Math.Round((double)BarWidth * ns / longestNs);
    }

    private static void WriteNotes(IAnsiConsole console, ServiceTrace trace, FlowTrace flow)
    {
        if (trace.WarmUp is { } before)
        {
            console.WriteLine($"  Median of the {Figures.Integer(before.Flows)} warm-up flows:"
                + $" {Figures.Integer(before.FirstMedianNs)} and {Figures.Integer(before.SecondMedianNs)} ns.");
        }

        if (trace.ProbeRunNs is { } ns)
        {
            string attached = trace.FunctionAttachment is { } by ? $"; rule functions by {by.WireName()}" : "";
            console.WriteLine("  The figures include tracing: one run of a program takes about"
                + $" {Figures.Integer((long)Math.Round(ns))} ns{attached}.");
        }

        foreach (string remark in flow.Remarks)
        {
            console.WriteLine($"  ! {remark}");
        }
    }

    private sealed record StageRow(string Name, WaterfallStage? First, WaterfallStage? Second);
}
