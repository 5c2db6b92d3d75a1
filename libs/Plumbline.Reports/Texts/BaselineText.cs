namespace Plumbline.Reports.Texts;

/// <summary>Names baselines and says how far the machine drifted between their arms.</summary>
internal static class BaselineText
{
    /// <summary>As <c>first arm around nftables</c>; without <c>around</c> where there is one block.</summary>
    public static string Subject(string what, Cell? around) =>
        around is null ? what : $"{what} around {Values(around)}";

    /// <summary>As <c>nftables</c> or <c>tcp</c>: defaults too, as they distinguish a baseline from others.</summary>
    public static string Values(Cell around) =>
        string.Join(' ', around.Known.Select(axis => axis.Text(around[axis]!)));

    public static string Subject(Drift drift) => Subject(drift.Stage.Name, drift.Around);

    public static string Arm(BaselineArm arm) => Subject($"{Name(arm.Arm)} arm", arm.Around);

    /// <summary>As <c>first</c>.</summary>
    public static string Name(Arm arm) => arm.ToString().ToLowerInvariant();

    /// <summary>
    /// As <c>prerouting: the last arm's p50 differs from the first's by +1.3 % [+0.2, +2.4]: more than …</c>.
    /// </summary>
    public static string Of(Drift drift) =>
        $"{Subject(drift)}: the last arm's p50 differs from the first's by "
        + $"{Figures.Change(drift.LastOverFirst)}{Judgement(drift)}.";

    private static string Judgement(Drift drift) => (drift.LastOverFirst.Interval, drift.IsReal) switch
    {
        (null, _) => ", from too few trials for an interval",
        (_, true) when drift.Stage.Measure == Measure.Grpc =>
            ": a runtime gets faster over its first seconds, so the machine alone does not explain this",
        (_, true) => ": more than the trials' spread explains",
        _ => ": no more than the trials' spread explains",
    };
}
