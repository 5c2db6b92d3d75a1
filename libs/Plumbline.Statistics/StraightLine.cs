using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace Plumbline.Statistics;

/// <summary>y = Intercept + Slope · x.</summary>
public sealed record StraightLine(double Intercept, double Slope)
{
    public double At(double x) => Intercept + Slope * x;

    /// <summary>Fits a line by weighted least squares.</summary>
    /// <exception cref="ArgumentException">There are fewer than two different x.</exception>
    public static StraightLine Fit(IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double> weights) =>
        Solver.Of(x, weights).Fit(y);

    /// <summary>
    /// Fits lines to any y at the same x and weights. Least squares is linear in y, so the solution is computed once,
    /// and each resample's fit is two sums. QR loses fewer digits than normal equations if x is large.
    /// </summary>
    internal sealed class Solver
    {
        private readonly double[] _intercept;
        private readonly double[] _slope;

        private Solver(double[] intercept, double[] slope) => (_intercept, _slope) = (intercept, slope);

        public static Solver Of(IReadOnlyList<double> x, IReadOnlyList<double> weights)
        {
            if (x.Distinct().Count() < 2)
            {
                throw new ArgumentException("a line needs two different x", nameof(x));
            }

            Matrix<double> roots = Matrix<double>.Build.DenseOfDiagonalVector(
                Vector<double>.Build.DenseOfEnumerable(weights.Select(Math.Sqrt)));
            Matrix<double> design = Matrix<double>.Build.Dense(x.Count, 2, (row, column) => column == 0 ? 1 : x[row]);
            Matrix<double> solution = MultipleRegression.QR(roots * design, roots);
            return new Solver(solution.Row(0).ToArray(), solution.Row(1).ToArray());
        }

        public StraightLine Fit(IReadOnlyList<double> y)
        {
            (double intercept, double slope) = (0, 0);
            for (int index = 0; index < _slope.Length; index++)
            {
                intercept += _intercept[index] * y[index];
                slope += _slope[index] * y[index];
            }

            return new StraightLine(intercept, slope);
        }

        /// <summary>Fits a line to the mean of the values at each x.</summary>
        public StraightLine FitMeans(ReadOnlySpan<double[]> values)
        {
            (double intercept, double slope) = (0, 0);
            for (int index = 0; index < _slope.Length; index++)
            {
                double mean = values[index].Average();
                intercept += _intercept[index] * mean;
                slope += _slope[index] * mean;
            }

            return new StraightLine(intercept, slope);
        }
    }
}
