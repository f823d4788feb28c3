package io.tandem.agent.migrate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The phases of the guide, in order. */
public enum Phase {
    PREFLIGHT(1, "Preparation: the settings are right and both databases are fit"),
    BACKUP(2, "Backup: both databases are saved and verified"),
    DISABLED(3, "Deployment with bidirectional sync disabled: the agent runs, Local -> Atlas works"),
    SOME(4, "Gradual enabling: bidirectional for all but the critical collections"),
    WATCH(5, "Monitoring: the thresholds hold for a while"),
    ALL(6, "Enabling for all collections, and verification");

    private final int number;
    private final String title;

    Phase(int number, String title) {
        this.number = number;
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** The spelling in the state file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** 1 for the first. */
    public int number() {
        return number;
    }

    Optional<Phase> next() {
        return Arrays.stream(values())
                .filter(phase -> phase.number == number + 1)
                .findFirst();
    }
}
