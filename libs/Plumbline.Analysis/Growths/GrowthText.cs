using System.Globalization;

namespace Plumbline.Analysis.Growths;

/// <summary>A growth in a line of text.</summary>
internal static class GrowthText
{
    /// <param name="words">The verdict's.</param>
    /// <param name="slope">On average over the measured range.</param>
    /// <param name="knee">Null for a straight line.</param>
    public static string Of(Cell column, string words, Estimate slope, GrowthKnee? knee = null)
    {
        string slopes = knee is null
            ? PerService(slope)
            : $"{PerService(knee.Before)} up to {knee.Services.ToString("N0", CultureInfo.InvariantCulture)}, "
                + $"{Text(knee.Beyond.Value, "F1")}{IntervalOf(knee.Beyond)} beyond";
        return $"{CellText.Column(column)}: {words}, {slopes}";
    }

    private static string PerService(Estimate slope) =>
        $"{Text(slope.Value, "F1")} ns per Service{IntervalOf(slope)}";

    private static string IntervalOf(Estimate slope)
    {
        if (slope.Interval is not { } interval)
        {
            return "";
        }

        // Slopes near 0 differ in their second digit.
        string format = Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High)) < 1 ? "F2" : "F1";
        return $" [{Text(interval.Low, format)}, {Text(interval.High, format)}]";
    }

    private static string Text(double value, string format)
    {
        string digits = Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
        return value < 0 && digits.Any(digit => digit is >= '1' and <= '9') ? $"−{digits}" : digits;
    }
}
