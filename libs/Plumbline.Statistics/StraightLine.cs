using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace Plumbline.Statistics;

/// <summary>y = Intercept + Slope · x up to <paramref name="Knee"/>; from there on the slope is another.</summary>
/// <param name="Knee">Infinite for a straight line.</param>
/// <param name="SlopeBeyond">The same as <paramref name="Slope"/> for a straight line.</param>
public sealed record StraightLine(double Intercept, double Slope, double Knee, double SlopeBeyond)
{
    public double At(double x) => Intercept + Slope * Math.Min(x, Knee) + SlopeBeyond * Math.Max(0, x - Knee);

    /// <summary>
    /// Fits by weighted least squares. QR loses fewer digits than normal equations if x is large.
    /// </summary>
    /// <param name="knee">Where the line may bend.</param>
    /// <exception cref="ArgumentException">There are too few different x.</exception>
    public static StraightLine Fit(
        IReadOnlyList<double> x,
        IReadOnlyList<double> y,
        IReadOnlyList<double> weights,
        double knee = double.PositiveInfinity)
    {
        bool bends = double.IsFinite(knee);
        double[] roots = [.. weights.Select(Math.Sqrt)];
        Matrix<double> design = Matrix<double>.Build.Dense(
            x.Count,
            bends ? 3 : 2,
            (row, column) => roots[row] * (column == 0 ? 1 : column == 1 ? x[row] : Math.Max(0, x[row] - knee)));
        Vector<double> values = Vector<double>.Build.Dense(x.Count, row => roots[row] * y[row]);
        Vector<double> fitted = x.Distinct().Count() >= design.ColumnCount
            ? MultipleRegression.QR(design, values)
            : throw new ArgumentException("a line needs two different x, with a knee three", nameof(x));
        return new StraightLine(fitted[0], fitted[1], knee, bends ? fitted[1] + fitted[2] : fitted[1]);
    }
}
