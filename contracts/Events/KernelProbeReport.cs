namespace Plumbline.Contracts;

/// <summary>What one kernel probe saw in a trial beyond the trial's stages, and what it cost.</summary>
public sealed record KernelProbeReport
{
    /// <summary>Name of the kernel probe: <c>stage</c> or <c>function</c>.</summary>
    public required string Probe { get; init; }

    /// <summary>How it was attached, as <c>fentry</c>. Null when it has only one way, or was not attached.</summary>
    public string? Attachment { get; init; }

    /// <summary>Why it did not measure although the trial asked for it. Null when it measured.</summary>
    public string? Absent { get; init; }

    /// <summary>
    /// Nanoseconds that it adds to a median packet's way, or to a median round trip. Noise can make it negative. Null
    /// when the trial did not measure that.
    /// </summary>
    public double? AddsNs { get; init; }

    /// <summary>What it counted, by name.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>Latencies in more detail than stages. The function probe has one for each function and chain.</summary>
    public IReadOnlyList<NamedHistogram> Details { get; init; } = [];

    /// <summary>Runs of its programs, on packets of their own. Null unless the trial is a baseline's.</summary>
    public ProgramCost? Cost { get; init; }
}

/// <summary>Runs of BPF programs, by the kernel's accounting.</summary>
/// <param name="Packets">Packets sent meanwhile.</param>
public sealed record ProgramCost(long Packets, IReadOnlyList<ProgramRuns> Programs)
{
    /// <summary>Mean time of one run of any of the programs. Null without runs.</summary>
    public double? RunNs => Runs == 0 ? null : (double)Programs.Sum(each => each.RunTimeNs) / Runs;

    /// <summary>Runs of all programs for one packet. Null without packets.</summary>
    public double? RunsPerPacket => Packets == 0 ? null : (double)Runs / Packets;

    private long Runs => Programs.Sum(each => each.Runs);
}

/// <summary>The kernel's accounting of one program.</summary>
public sealed record ProgramRuns(string Program, long Runs, long RunTimeNs);

/// <summary>Names of what the stage probe counts beside the trial's counts.</summary>
public static class StageCounts
{
    /// <summary>Packets that neither left nor were dropped before the next one arrived on their CPU.</summary>
    public const string Superseded = "superseded";
}

/// <summary>Names of what the function probe counts.</summary>
public static class FunctionCounts
{
    /// <summary>First packets that left while it counted. The details contain all their calls.</summary>
    public const string Packets = "packets";

    /// <summary>Packets of known flows that left. Their calls do not count.</summary>
    public const string NotFirstPackets = "notFirstPackets";

    /// <summary>Calls whose return the probe did not see.</summary>
    public const string Unpaired = "unpaired";

    /// <summary>Calls for which the probe had no room.</summary>
    public const string Lost = "lost";

    /// <summary>Runs that the kernel left out because the program was already running.</summary>
    public const string Missed = "missed";
}
