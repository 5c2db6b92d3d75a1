using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How a one-way trial times the kernel's work for a packet: in one way, or in both.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<Timing>))]
public enum Timing
{
    /// <summary>From one tracepoint of the packet's way to the next: conntrack and whatever else is there are in it.</summary>
    [JsonStringEnumMemberName("stage")]
    Stage = 1,

    /// <summary>Each call of the kernel's functions that evaluate rules, and nothing beside them.</summary>
    [JsonStringEnumMemberName("function")]
    Function = 2,
}

/// <summary>Several of them in one word, as results have it: <c>stage+function</c>.</summary>
public static class TimingNames
{
    private const char Separator = '+';

    public static Timing Together(IEnumerable<string> names) =>
        names.Select(WireNames.Parse<Timing>).Aggregate(default(Timing), (all, each) => all | each);

    public static string InOneWord(this Timing probes) =>
        string.Join(Separator, Enum.GetValues<Timing>().Where(each => probes.HasFlag(each)).Select(each => each.WireName()));

    /// <exception cref="FormatException">It is not such a word.</exception>
    public static Timing Parse(string word) => Together(word.Split(Separator));
}
