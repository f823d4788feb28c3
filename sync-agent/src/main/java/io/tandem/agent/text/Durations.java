package io.tandem.agent.text;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write and read them: {@code 5000} (milliseconds), {@code 500ms}, {@code 5s}, {@code 10m}, {@code 2h}, {@code 1d}. Pure. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d)?");

    private Durations() {}

    /** @throws IllegalArgumentException when the text has none of the forms above */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not a time such as 5000 (milliseconds), 5s, 10m or 2h");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        try {
            return switch (unit) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("is too long a time", tooLarge);
        }
    }

    /** For example {@code 250 ms}, {@code 5 s}, {@code 12 min}, {@code 3 h 20 min}, {@code 2 d 4 h}. */
    public static String words(Duration duration) {
        long millis = Math.abs(duration.toMillis());
        String sign = duration.isNegative() ? "-" : "";
        if (millis < 1_000) {
            return sign + millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 120) {
            return sign + seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 120) {
            return sign + minutes + " min";
        }
        long hours = minutes / 60;
        return sign + (hours < 48 ? pair(hours, "h", minutes % 60, "min") : pair(hours / 24, "d", hours % 24, "h"));
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
