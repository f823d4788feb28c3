package io.tandem.agent.doctor;

import java.util.Locale;

/**
 * What one check found.
 *
 * @param side {@code local}, {@code atlas} or {@code both}
 * @param check a stable word such as {@code reachable}, {@code clock} or {@code unique-indexes}
 * @param level how much it matters
 * @param text what was seen
 * @param remedy what to do; empty when nothing needs to be done
 */
public record Finding(String side, String check, Level level, String text, String remedy) {

    /** How much a finding matters. Declared from the best to the worst. */
    public enum Level {
        /** In order. */
        OK,
        /** Worth knowing. */
        INFO,
        /** Sync works, but not as well as it could or not for everything. */
        WARNING,
        /** Sync does not work. */
        ERROR;

        /** The spelling in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String side, String check, String text) {
        return new Finding(side, check, Level.OK, text, "");
    }

    static Finding info(String side, String check, String text, String remedy) {
        return new Finding(side, check, Level.INFO, text, remedy);
    }

    static Finding warning(String side, String check, String text, String remedy) {
        return new Finding(side, check, Level.WARNING, text, remedy);
    }

    static Finding error(String side, String check, String text, String remedy) {
        return new Finding(side, check, Level.ERROR, text, remedy);
    }
}
