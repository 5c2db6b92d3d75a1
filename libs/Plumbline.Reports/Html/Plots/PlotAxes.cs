using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using Axis = OxyPlot.Axes.Axis;

namespace Plumbline.Reports.Html.Plots;

internal static class PlotAxes
{
    public static readonly OxyColor MajorGrid = OxyColor.FromRgb(0xdd, 0xdd, 0xdd);

    public static readonly OxyColor MinorGrid = OxyColor.FromRgb(0xf2, 0xf2, 0xf2);

    /// <summary>Contains all values above 0, with room around them.</summary>
    public static Axis Logarithmic(AxisPosition position, string title, IEnumerable<double> values)
    {
        double[] all = [.. values.Where(value => value > 0).DefaultIfEmpty(1)];
        (double low, double high) = (all.Min() / 1.3, all.Max() * 1.3);
        // Labels are at 1, 2 and 5: a factor of 6 contains at least two.
        double widen = Math.Max(1, Math.Sqrt(6 / (high / low)));
        return Styled(new OneTwoFiveAxis { Minimum = low / widen, Maximum = high * widen }, position, title);
    }

    /// <summary>From 0.</summary>
    public static Axis Linear(AxisPosition position, string title, IEnumerable<double> values)
    {
        double high = values.DefaultIfEmpty(1).Max();
        LinearAxis axis = new() { Minimum = -0.03 * high, Maximum = high * 1.06, IntervalLength = 75 };
        return Styled(axis, position, title);
    }

    /// <summary>Percentiles by their nines: <see cref="Nines"/> of a share is the place on it.</summary>
    public static Axis Percentiles(AxisPosition position, string title, IEnumerable<double> places)
    {
        double highest = Math.Max(1, places.DefaultIfEmpty(1).Max());
        return Styled(new NinesAxis { Minimum = 0.2, Maximum = highest + 0.1 }, position, title);
    }

    /// <summary>0.9 is 1, 0.99 is 2, 0.999 is 3.</summary>
    public static double Nines(double share) => -Math.Log10(1 - share);

    private static Axis Styled(Axis axis, AxisPosition position, string title)
    {
        axis.Position = position;
        axis.Title = title;
        axis.AxisTitleDistance = 16;
        axis.StringFormat ??= "#,0.###";
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = MajorGrid;
        axis.MinorGridlineStyle = axis is LogarithmicAxis ? LineStyle.Solid : LineStyle.None;
        axis.MinorGridlineColor = MinorGrid;
        axis.MinorTickSize = 0;
        return axis;
    }

    /// <summary>Labelled at 1, 2 and 5 times powers of ten, or only at powers of ten where there are many.</summary>
    private sealed class OneTwoFiveAxis : LogarithmicAxis
    {
        public override void GetTickValues(
            out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
        {
            // Labels side by side need more room than labels one above the other.
            bool many = ActualMaximum / ActualMinimum > (this.IsVertical() ? 2_000 : 30);
            majorTickValues = majorLabelValues = Multiples(many ? [1] : [1, 2, 5]);
            minorTickValues = Multiples(many ? [2, 5] : [3, 4, 6, 7, 8, 9]);
        }

        private List<double> Multiples(int[] of) =>
        [
            .. from power in Enumerable.Range((int)Math.Floor(Math.Log10(ActualMinimum)), 20)
               from each in of
               let value = each * Math.Pow(10, power)
               where value >= ActualMinimum && value <= ActualMaximum
               select value,
        ];
    }

    private sealed class NinesAxis : LinearAxis
    {
        private static readonly double[] s_shares = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

        public NinesAxis() => LabelFormatter = nines =>
            "p" + (100 * (1 - Math.Pow(10, -nines))).ToString("0.###", CultureInfo.InvariantCulture);

        public override void GetTickValues(
            out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
        {
            majorTickValues = majorLabelValues = [.. s_shares.Select(Nines).Where(place => place <= ActualMaximum)];
            minorTickValues = [];
        }
    }
}
