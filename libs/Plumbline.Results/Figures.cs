using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>How figures are written for people, the same on the terminal and in every report. "–" is what is not known.</summary>
public static class Figures
{
    public const string Unknown = "–";

    /// <summary>Nanoseconds as microseconds, without the unit.</summary>
    public static string Microseconds(double? nanoseconds) => nanoseconds is not { } ns ? Unknown : Text(ns / 1_000);

    /// <summary>The median across trials in microseconds, without the unit.</summary>
    public static string Microseconds(AcrossTrials? across) => Microseconds(across?.MedianNs);

    /// <summary>Smallest and largest trial in microseconds: <c>154.9–158.2</c>. Empty for fewer than two trials.</summary>
    public static string Spread(AcrossTrials? across) =>
        across is { Trials: > 1 } ? $"{Microseconds(across.MinNs)}–{Microseconds(across.MaxNs)}" : "";

    /// <summary>Nanoseconds as seconds, without the unit.</summary>
    public static string Seconds(double nanoseconds) =>
        nanoseconds < 1e9 ? (nanoseconds / 1e9).ToString("F3", CultureInfo.InvariantCulture) : Text(nanoseconds / 1e9);

    public static string Integer(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent with its sign: <c>+1.3 %</c>.</summary>
    public static string SignedPercent(double? share) =>
        share is not { } known ? Unknown : (100 * known).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " %";

    public static string Column(ComparisonColumn column) => $"{column.DataPlane.WireName()} {column.Position.WireName()}";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A ratio with its interval, where that is known: <c>0.99 [0.96, 1.02]</c>.</summary>
    public static string Ratio(double? ratio, RatioInterval? interval = null) => ratio is not { } known ? Unknown : string.Create(
        CultureInfo.InvariantCulture, $"{known:F2}{(interval is null ? "" : $" [{interval.Low:F2}, {interval.High:F2}]")}");

    /// <summary>Two digits after the point below 10, one from there, none from 1,000 (of the figure as it is written).</summary>
    internal static string Text(double value) => value.ToString(
        Math.Abs(value) switch { < 9.995 => "F2", < 999.95 => "F1", _ => "N0" }, CultureInfo.InvariantCulture);

    /// <summary>One figure when both are written alike, else both.</summary>
    internal static string Range<T>(IEnumerable<T> values, Func<T, string> write)
    {
        T[] known = [.. values];
        if (known.Length == 0)
        {
            return Unknown;
        }

        (string least, string most) = (write(known.Min()!), write(known.Max()!));
        return least == most ? least : $"{least}–{most}";
    }
}
