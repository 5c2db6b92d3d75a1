namespace Plumbline.Statistics;

/// <summary>A statistic of many samples drawn from the given ones with replacement.</summary>
internal static class Resampling
{
    public static double[] Replicates(double[][] samples, Func<double[][], double> statistic, int seed)
    {
        double all = samples.Aggregate(1.0, (product, sample) => product * Math.Pow(sample.Length, sample.Length));
        return all <= Bootstrap.Resamples
            ? All(samples, statistic, (int)all)
            : Drawn(samples, statistic, new Random(seed));
    }

    public static double[][] Copy(double[][] samples) => [.. samples.Select(sample => (double[])sample.Clone())];

    public static double[] Drawn(double[][] samples, Func<double[][], double> statistic, Random random)
    {
        double[] replicates = new double[Bootstrap.Resamples];
        double[][] drawn = Copy(samples);
        for (int replicate = 0; replicate < replicates.Length; replicate++)
        {
            for (int sample = 0; sample < samples.Length; sample++)
            {
                double[] from = samples[sample];
                for (int index = 0; index < from.Length; index++)
                {
                    drawn[sample][index] = from[random.Next(from.Length)];
                }
            }

            replicates[replicate] = statistic(drawn);
        }

        return replicates;
    }

    private static double[] All(double[][] samples, Func<double[][], double> statistic, int count)
    {
        double[] replicates = new double[count];
        double[][] drawn = Copy(samples);
        for (int replicate = 0; replicate < count; replicate++)
        {
            // The replicate's number, read as digits, gives the value at each place.
            int number = replicate;
            for (int sample = 0; sample < samples.Length; sample++)
            {
                double[] from = samples[sample];
                for (int index = 0; index < from.Length; index++)
                {
                    (number, int digit) = Math.DivRem(number, from.Length);
                    drawn[sample][index] = from[digit];
                }
            }

            replicates[replicate] = statistic(drawn);
        }

        return replicates;
    }
}
