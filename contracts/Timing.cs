using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How a one-way trial times the kernel's work for a packet: in one way, or in both.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<Timing>))]
public enum Timing
{
    /// <summary>From one tracepoint of the packet's way to the next, with conntrack and all other work.</summary>
    [JsonStringEnumMemberName("stage")]
    Stage = 1,

    /// <summary>Each call of the kernel's functions that evaluate rules, and nothing else.</summary>
    [JsonStringEnumMemberName("function")]
    Function = 2,
}

/// <summary>Several timings in one word, as in results: <c>stage+function</c>.</summary>
public static class TimingNames
{
    private const char Separator = '+';

    public static Timing Together(IEnumerable<string> names) =>
        names.Select(WireNames.Parse<Timing>).Aggregate(default(Timing), (all, each) => all | each);

    public static string InOneWord(this Timing timings) => string.Join(
        Separator, Enum.GetValues<Timing>().Where(each => timings.HasFlag(each)).Select(each => each.WireName()));

    /// <exception cref="FormatException">A part of the word is not a timing.</exception>
    public static Timing Parse(string word) => Together(word.Split(Separator));
}
