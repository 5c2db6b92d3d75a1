using System.Globalization;

namespace Plumbline.Reports;

/// <summary>How figures are written for people, the same on the terminal and in every report.</summary>
public static class Figures
{
    /// <summary>For a figure that is not known.</summary>
    public const string Unknown = "–";

    /// <summary>Nanoseconds as microseconds, without the unit.</summary>
    public static string Microseconds(double? nanoseconds) =>
        nanoseconds is not { } ns ? Unknown : Text(ns / 1_000);

    /// <summary>The mean over builds in microseconds, without the unit.</summary>
    public static string Microseconds(AcrossBuilds? across) => Microseconds(across?.Ns);

    /// <summary>An estimate in microseconds with its interval, if any: <c>155.6 [154.9, 156.1]</c>.</summary>
    public static string Microseconds(Estimate ns) =>
        $"{Text(ns.Value / 1_000)}{Spaced(IntervalMicroseconds(ns.Interval))}";

    /// <summary>An interval in microseconds: <c>[154.9, 156.1]</c>. Empty without one.</summary>
    public static string IntervalMicroseconds(Interval? ns) => Between(ns, each => Text(each / 1_000));

    /// <summary>
    /// Smallest and largest trial in microseconds: <c>154.9–158.2</c>. Empty for fewer than two trials.
    /// </summary>
    public static string Spread(AcrossBuilds? across) =>
        across is { Trials: > 1 } ? $"{Microseconds(across.MinNs)}–{Microseconds(across.MaxNs)}" : "";

    /// <summary>Nanoseconds as seconds, without the unit.</summary>
    public static string Seconds(double nanoseconds) => nanoseconds < 1e9
        ? (nanoseconds / 1e9).ToString("F3", CultureInfo.InvariantCulture)
        : Text(nanoseconds / 1e9);

    /// <summary>An interval of seconds: <c>[0.871, 0.912]</c>. Empty without one.</summary>
    public static string IntervalSeconds(Interval? seconds) => Between(seconds, each => Seconds(each * 1e9));

    public static string Integer(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>To the nearest integer.</summary>
    public static string Rounded(double value) => Integer((long)Math.Round(value));

    /// <summary>A number of builds and of their trials: <c>4 × 2</c>, or <c>4 × 1.8</c> on average.</summary>
    public static string Replications(int builds, int trials) => builds == 0
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{builds} × {(double)trials / builds:0.#}");

    /// <summary>A share in percent without a sign: <c>4.1 %</c>.</summary>
    public static string Percent(double share) =>
        (100 * share).ToString("0.0 '%'", CultureInfo.InvariantCulture);

    /// <summary>A share in percent with its sign: <c>+1.3 %</c>.</summary>
    public static string SignedPercent(double? share) => share is not { } known ? Unknown : Signed(known) + " %";

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A ratio with its interval, if any: <c>0.99 [0.96, 1.02]</c>.</summary>
    public static string Ratio(double? ratio, Interval? interval = null)
    {
        return ratio is not { } known ? Unknown : TwoDigits(known) + Spaced(Between(interval, TwoDigits));

        static string TwoDigits(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
    }

    /// <summary>A ratio of two figures with its interval: <c>84.1 [80.2, 88.0]</c>.</summary>
    public static string Ratio(Estimate ratio) => $"{Text(ratio.Value)}{Spaced(Between(ratio.Interval, Text))}";

    /// <summary>How a ratio differs from 1, in percent with its interval: <c>+1.3 % [+0.2, +2.4]</c>.</summary>
    public static string Change(Estimate ratio) =>
        SignedPercent(ratio.Value - 1) + Spaced(Between(ratio.Interval, each => Signed(each - 1)));

    /// <summary>
    /// Two digits after the point below 10, one from there, none from 1,000 (of the figure as it is written).
    /// </summary>
    internal static string Text(double value)
    {
        string format = Math.Abs(value) switch
        {
            < 9.995 => "0.00;−0.00;0.00",
            < 999.95 => "0.0;−0.0",
            _ => "#,0;−#,0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Smallest and largest; one figure when both are written alike.</summary>
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

    private static string Signed(double share) =>
        (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    private static string Between(Interval? interval, Func<double, string> write) =>
        interval is null ? "" : $"[{write(interval.Low)}, {write(interval.High)}]";

    private static string Spaced(string text) => text.Length == 0 ? "" : " " + text;
}
