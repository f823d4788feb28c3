package io.tandem.benchmarks.report;

import java.util.Arrays;

/** Statistics over a few or many values. Stateless. */
public final class Sample {
    private Sample() {}

    /** The middle value; NaN without any. */
    public static double median(double... values) {
        return percentile(values, 0.5);
    }

    /** The value below which that share of all values lies; NaN without any. */
    public static double percentile(double[] values, double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.max(0, Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1))];
    }

    /**
     * How {@code y} grows with {@code x}: the exponent of the power law that fits best, by least squares of the logarithms. 1 is linear.
     *
     * @throws IllegalArgumentException with fewer than two points
     */
    public static double exponent(double[] x, double[] y) {
        if (x.length != y.length || x.length < 2) {
            throw new IllegalArgumentException("an exponent needs at least two points, there are " + x.length);
        }
        double meanX = Arrays.stream(x).map(Math::log).average().orElseThrow();
        double meanY = Arrays.stream(y).map(Math::log).average().orElseThrow();
        double together = 0;
        double alone = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = Math.log(x[i]) - meanX;
            together += dx * (Math.log(y[i]) - meanY);
            alone += dx * dx;
        }
        return together / alone;
    }
}
