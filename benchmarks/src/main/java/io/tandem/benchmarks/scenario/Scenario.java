package io.tandem.benchmarks.scenario;

import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.report.Figure;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Everything that can be measured, by its name on the command line. */
public enum Scenario {
    STREAM("stream", "the embedded server's change stream"),
    FIRST_SYNC("first-sync", "first sync against raw copying"),
    FIRST_SYNC_DATA("first-sync-data", "first sync of the files of --data"),
    RESYNC("resync", "resync and verify against raw scanning"),
    FAR("far", "first sync and resync with a round trip of 50 ms to the hub"),
    LIVE("live", "live changes in one direction against a raw pump"),
    LIVE_HOT("live-hot", "the same on ten documents only"),
    LIVE_BOTH("live-both", "live changes in both directions against two raw pumps"),
    BURST("burst", "many changes at once after silence"),
    CATCH_UP("catch-up", "what an hour offline left behind"),
    DEVICES("devices", "many devices on one hub"),
    LARGE("large", "documents of eight megabytes, and growth with their size"),
    LATENCY("latency", "from a commit on one device to another device"),
    DELAY("delay", "the same with a round trip of 50 ms to the hub"),
    IDLE("idle", "what doing nothing costs, and how fast it starts"),
    COSTS("costs", "queries, round trips and bytes of each change");

    private final String label;
    private final String about;

    Scenario(String label, String about) {
        this.label = label;
        this.about = about;
    }

    public String label() {
        return label;
    }

    /** What it measures, in words. */
    public String about() {
        return about;
    }

    /** The scenario of a name; empty when there is none. */
    public static Optional<Scenario> of(String label) {
        return Arrays.stream(values()).filter(s -> s.label.equals(label)).findFirst();
    }

    /**
     * Megabytes of heap that it runs with. What a single device does with usual documents must fit into the limit of the project; a fleet is
     * many devices in one process, and the raw copy of large documents holds several batches of 16 MB.
     */
    public int heapMegabytes() {
        return switch (this) {
            case DEVICES -> 1024;
            case LARGE -> 768;
            case STREAM,
                    FIRST_SYNC,
                    FIRST_SYNC_DATA,
                    RESYNC,
                    FAR,
                    LIVE,
                    LIVE_HOT,
                    LIVE_BOTH,
                    BURST,
                    CATCH_UP,
                    LATENCY,
                    DELAY,
                    IDLE,
                    COSTS -> 96;
        };
    }

    /** Measures. Blocking, minutes perhaps. */
    public List<Figure> measure(Lab lab) {
        return switch (this) {
            case STREAM -> new Stream(lab).measure();
            case FIRST_SYNC -> new FirstSync(lab).measure();
            case FIRST_SYNC_DATA -> new FirstSyncOfData(lab).measure();
            case RESYNC -> new Resync(lab).measure();
            case FAR -> new Far(lab).measure();
            case LIVE -> new Live(lab).measure();
            case LIVE_HOT -> new Live(lab).measureHot();
            case LIVE_BOTH -> new LiveBothWays(lab).measure();
            case BURST -> new Backlog(lab).burst();
            case CATCH_UP -> new Backlog(lab).catchUp();
            case DEVICES -> new Devices(lab).measure();
            case LARGE -> new Large(lab).measure();
            case LATENCY -> new Latency(lab).measure();
            case DELAY -> new Latency(lab).measureWithDelay();
            case IDLE -> new Idle(lab).measure();
            case COSTS -> new Costs(lab).measure();
        };
    }
}
