namespace KernelHost.Memory.Evaluation;

/// <summary>
/// Confidence intervals without an assumption about how scores are spread: the questions are drawn again, with replacement, many times (Efron and Tibshirani,
/// <i>An Introduction to the Bootstrap</i>, 1993; percentile interval). The draws are the same every time, so that two runs of one evaluation agree.
/// </summary>
internal static class Bootstrap
{
    private const int Draws = 10_000;
    private const ulong Seed = 20261126;

    /// <summary>The mean with its interval of 95 %.</summary>
    public static Estimate Mean(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return new Estimate(double.NaN, double.NaN, double.NaN);
        }

        var state = Seed;
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0d;
            for (var i = 0; i < values.Count; i++)
            {
                sum += values[(int)(Next(ref state) % (ulong)values.Count)];
            }

            means[draw] = sum / values.Count;
        }

        Array.Sort(means);
        return new Estimate(values.Average(), means[(int)(0.025 * Draws)], means[(int)(0.975 * Draws) - 1]);
    }

    /// <summary>The mean difference of two measurements of the same questions: each question is drawn with both of its values.</summary>
    public static Estimate Difference(IReadOnlyList<double> values, IReadOnlyList<double> baseline) => Mean([.. values.Zip(baseline, static (value, other) => value - other)]);

    // SplitMix64 (Steele, Lea and Flood, 2014): small, and the same in every version of .NET.
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}

/// <summary>A mean with its 95 % confidence interval.</summary>
/// <param name="Value">The mean; not a number when nothing was measured.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record Estimate(double Value, double Low, double High);
