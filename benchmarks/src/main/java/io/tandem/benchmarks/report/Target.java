package io.tandem.benchmarks.report;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a figure should be. Immutable.
 *
 * @param least lower bound, included; empty for none
 * @param most upper bound, included; empty for none
 */
public record Target(OptionalDouble least, OptionalDouble most) {
    /** A figure that only explains others. */
    public static final Target NONE = new Target(OptionalDouble.empty(), OptionalDouble.empty());

    public static Target atLeast(double bound) {
        return new Target(OptionalDouble.of(bound), OptionalDouble.empty());
    }

    public static Target atMost(double bound) {
        return new Target(OptionalDouble.empty(), OptionalDouble.of(bound));
    }

    /** Whether there is no bound at all. */
    public boolean isNone() {
        return least.isEmpty() && most.isEmpty();
    }

    /** Whether a value keeps to it. */
    public boolean isMetBy(double value) {
        return (least.isEmpty() || value >= least.getAsDouble()) && (most.isEmpty() || value <= most.getAsDouble());
    }

    /** In words; empty for none. */
    public String words() {
        if (least.isPresent()) {
            return ">= " + number(least.getAsDouble());
        }
        return most.isPresent() ? "<= " + number(most.getAsDouble()) : "";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
