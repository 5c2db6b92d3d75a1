using Plumbline.Contracts;
using Plumbline.Results;
using Plumbline.Trials.Tracing;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// One data plane's trace on the terminal: the first packet's stages with the second's beside them, both drawn on one scale,
/// and what proves that it was so.
/// </summary>
internal static class TraceView
{
    private const int NameWidth = 21;
    private const int NumberWidth = 9;
    private const int ShareWidth = 7;
    private const int ColumnWidth = (2 * NumberWidth) + ShareWidth;
    private const int BarWidth = 54;

    public static void Write(IAnsiConsole console, ServiceTrace trace)
    {
        FlowTrace flow = trace.Flows[^1];
        console.WriteLine($"{trace.DataPlane.WireName()}: {Figures.Integer(trace.Rules)} Service rules, {trace.Position.WireName()}: {Place(trace)}");
        console.WriteLine($"  {trace.RuleText}");
        console.WriteLine();
        WriteTable(console, flow);
        WriteBars(console, flow);
        WriteFacts(console, flow);
        WriteNotes(console, trace, flow);
        console.WriteLine();
    }

    private static string Place(ServiceTrace trace) => trace.DataPlane == DataPlane.Nftables
        ? $"{trace.Target}, found by a lookup in the map"
        : $"{trace.Target}, rule {Figures.Integer(trace.TargetIndex + 1)}";

    private static void WriteTable(IAnsiConsole console, FlowTrace flow)
    {
        console.WriteLine($"  {"",-NameWidth}{"first packet",ColumnWidth}{"second packet",ColumnWidth}");
        console.WriteLine($"  {"",-NameWidth}{Header}{Header}");
        foreach ((string name, WaterfallStage? first, WaterfallStage? second) in Rows(flow.First.Stages, flow.Second.Stages, ""))
        {
            console.WriteLine($"  {name,-NameWidth}{Cells(first)}{Cells(second)}");
        }

        console.WriteLine($"  {"total",-NameWidth}{Total(flow.First)}{Total(flow.Second)}");
        console.WriteLine();
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
                console.WriteLine($"  {named,-8}{stage.Name,-NameWidth}{new string(' ', start)}{new string(block, length)}");
                named = "";
            }
        }

        console.WriteLine();

        int Scaled(long ns) => longestNs == 0 ? 0 : (int)Math.Round((double)BarWidth * ns / longestNs);
    }

    private static void WriteFacts(IAnsiConsole console, FlowTrace flow)
    {
        foreach ((string which, PacketTrace packet) in new[] { ("first", flow.First), ("second", flow.Second) })
        {
            console.WriteLine($"  {which,-8}{Route(packet)}; {EntryWords(packet)}; {VerdictWords(packet)}");
        }
    }

    private static string Route(PacketTrace packet) => packet switch
    {
        { Source: null } => "never arrived",
        { IsTranslated: true } => $"{packet.Source} → {packet.Destination}, translated to {packet.DestinationAfter}",
        _ => $"{packet.Source} → {packet.Destination}, not translated",
    };

    private static string EntryWords(PacketTrace packet) => packet.Entry switch
    {
        FlowEntry.Made => "made its conntrack entry",
        FlowEntry.Met => "met a conntrack entry",
        _ => "no conntrack entry",
    };

    private static string VerdictWords(PacketTrace packet) => packet.Verdict switch
    {
        PacketVerdict.Left => $"{packet.IngressDevice} → {packet.EgressDevice}",
        PacketVerdict.Dropped => $"{packet.IngressDevice} → dropped: {packet.DropReason}",
        _ => "not seen again",
    };

    private static void WriteNotes(IAnsiConsole console, ServiceTrace trace, FlowTrace flow)
    {
        string warmUp = trace.WarmUp is { } before
            ? $" (of the {Figures.Integer(before.Flows)} flows before: {Figures.Integer(before.FirstMedianNs)} and {Figures.Integer(before.SecondMedianNs)} ns in the median)"
            : "";
        string cost = trace.ProbeRunNs is { } ns
            ? $" Tracing is in these figures: a run of one of its programs takes about {Figures.Integer((long)Math.Round(ns))} ns, and each stage has part of one."
            : "";
        console.WriteLine($"  One packet each, no statistics{warmUp}.{cost}");
        foreach (string remark in flow.Remarks)
        {
            console.WriteLine($"  ! {remark}");
        }
    }
}
