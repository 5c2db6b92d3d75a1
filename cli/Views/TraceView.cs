using Plumbline.Contracts;
using Plumbline.Results;
using Plumbline.Probing.Tracing;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// One data plane's trace on the terminal: the first packet's stages with the second's beside them, what proves that it was so,
/// and both drawn on one scale.
/// </summary>
internal static class TraceView
{
    private const int LeastNameWidth = 22;
    private const int NumberWidth = 9;
    private const int ShareWidth = 7;
    private const int ColumnWidth = (2 * NumberWidth) + ShareWidth;
    private const int BarWidth = 48;

    /// <summary>What every one of the kernel's reasons begins with.</summary>
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

    /// <summary>What the names of the stages mean; once for all data planes.</summary>
    public static void WriteLegend(IAnsiConsole console, IReadOnlyList<ServiceTrace> traces)
    {
        IEnumerable<WaterfallStage> stages = traces.SelectMany(trace => trace.Flows).SelectMany(flow => flow.First.Stages.Concat(flow.Second.Stages));
        WaterfallStage[] named = [.. stages.SelectMany(WithParts).DistinctBy(stage => stage.Name)];
        int width = NameWidth(named.Select(stage => stage.Name));
        foreach (WaterfallStage stage in named)
        {
            console.WriteLine($"{stage.Name.PadRight(width)}{stage.What}");
        }

        console.WriteLine();
        if (traces.Any(trace => trace.FunctionAbsent is not null))
        {
            console.WriteLine("Hooks and chains are not told apart: plumbline doctor says why.");
        }

        console.WriteLine("A column is one packet, no statistics: plumbline lab measures distributions.");
    }

    private static string Place(ServiceTrace trace) => trace.DataPlane == DataPlane.Nftables
        ? $"the {trace.Position.WireName()} one, {trace.Target}, by a lookup in a map"
        : $"the {trace.Position.WireName()} one, {trace.Target}, rule {Figures.Integer(trace.TargetIndex + 1)}";

    private static IEnumerable<WaterfallStage> WithParts(WaterfallStage stage) => stage.Parts.SelectMany(WithParts).Prepend(stage);

    private static int NameWidth(IEnumerable<string> names) => names.Select(name => name.Length + 2).Append(LeastNameWidth).Max();

    private static void WriteTable(IAnsiConsole console, FlowTrace flow)
    {
        (string Name, WaterfallStage? First, WaterfallStage? Second)[] rows = [.. Rows(flow.First.Stages, flow.Second.Stages, "")];
        int nameWidth = NameWidth(rows.Select(row => row.Name));
        Row("", "first packet", "second packet");
        Row("", Header, Header);
        foreach ((string name, WaterfallStage? first, WaterfallStage? second) in rows)
        {
            Row(name, Cells(first), Cells(second));
        }

        Row("total", Total(flow.First), Total(flow.Second));
        Fact("sent to", packet => packet.Destination);
        Fact("translated to", packet => packet.IsTranslated ? packet.DestinationAfter : null);
        Fact("conntrack entry", packet => packet.Entry.WireName());
        Fact("arrived on", packet => packet.IngressDevice);
        Fact("then", Outcome);
        console.WriteLine();

        void Fact(string name, Func<PacketTrace, string?> value) => Row(name, value(flow.First) ?? Figures.Unknown, value(flow.Second) ?? Figures.Unknown);

        void Row(string name, string first, string second) =>
            console.WriteLine($"  {name.PadRight(nameWidth)}{first,ColumnWidth}{second,ColumnWidth}".TrimEnd());
    }

    private static string Header => $"{"from ns",NumberWidth}{"ns",NumberWidth}{"share",ShareWidth}";

    /// <summary>Each stage that either packet has, with the parts that it was told apart into below it.</summary>
    private static IEnumerable<(string Name, WaterfallStage? First, WaterfallStage? Second)> Rows(
        IReadOnlyList<WaterfallStage> first, IReadOnlyList<WaterfallStage> second, string indent)
    {
        foreach (string name in first.Concat(second).Select(stage => stage.Name).Distinct())
        {
            WaterfallStage? one = first.FirstOrDefault(stage => stage.Name == name);
            WaterfallStage? other = second.FirstOrDefault(stage => stage.Name == name);
            yield return (indent + name, one, other);
            foreach ((string, WaterfallStage?, WaterfallStage?) part in Rows(one?.Parts ?? [], other?.Parts ?? [], indent + "  "))
            {
                yield return part;
            }
        }
    }

    private static string Cells(WaterfallStage? stage) => stage is null
        ? $"{"",NumberWidth}{Figures.Unknown,NumberWidth}{"",ShareWidth}"
        : $"{Figures.Integer(stage.StartNs),NumberWidth}{Figures.Integer(stage.DurationNs),NumberWidth}{Percent(stage.Share),ShareWidth}";

    private static string Total(PacketTrace packet) =>
        $"{"",NumberWidth}{(packet.TotalNs is { } ns ? Figures.Integer(ns) : Figures.Unknown),NumberWidth}{"",ShareWidth}";

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
                console.WriteLine($"  {named,-8}{stage.Name,-LeastNameWidth}{new string(' ', start)}{new string(block, length)}");
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
            console.WriteLine($"  The {Figures.Integer(before.Flows)} flows before, to warm up: {Figures.Integer(before.FirstMedianNs)} and"
                + $" {Figures.Integer(before.SecondMedianNs)} ns in the median.");
        }

        if (trace.ProbeRunNs is { } ns)
        {
            string attached = trace.FunctionAttachment is { } attachment ? $"; rule functions by {attachment.WireName()}" : "";
            console.WriteLine($"  Tracing is in the figures: a run of one of its programs is about {Figures.Integer((long)Math.Round(ns))} ns{attached}.");
        }

        foreach (string remark in flow.Remarks)
        {
            console.WriteLine($"  ! {remark}");
        }
    }
}
