using System.Globalization;

namespace Plumbline.Analysis.Growths;

/// <summary>A growth in a line of text.</summary>
internal static class GrowthText
{
    public static string Of(Cell column, GrowthVerdict verdict, Estimate slope)
    {
        string words = verdict switch
        {
            GrowthVerdict.Constant => "constant,",
            GrowthVerdict.Linear => "linear,",
            GrowthVerdict.NotLinear => "grows, but not linearly, on average",
            _ => "unclear,",
        };
        return $"{CellText.Column(column)}: {words} {Text(slope.Value, "F1")} ns per Service{IntervalOf(slope)}";
    }

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
