package io.tandem.agent.doctor;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.backup.SyncActivity;
import io.tandem.agent.text.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Examines a device's database and the hub. One thread; changes nothing but a probe collection that it drops again. */
public final class Doctor {

    private static final Duration CLOCK_WARNING = Duration.ofSeconds(1);

    private final Server local;
    private final Server hub;
    private final Clock clock;

    /** One side: its client and its database. */
    public record Server(MongoClient client, MongoDatabase database) {}

    public Doctor(Server local, Server hub, Clock clock) {
        this.local = local;
        this.hub = hub;
        this.clock = clock;
    }

    /**
     * All findings, side by side; never throws for what a server says.
     *
     * @param mayWrite whether privileges are tried out in a collection of its own
     */
    public List<Finding> examine(boolean mayWrite) {
        SideExam localExam = new SideExam("local", local.client(), local.database(), clock);
        SideExam hubExam = new SideExam("atlas", hub.client(), hub.database(), clock);
        boolean localReached = localExam.run(mayWrite);
        boolean hubReached = hubExam.run(mayWrite);
        List<Finding> findings = new ArrayList<>(localExam.findings());
        findings.addAll(hubExam.findings());
        if (localReached && hubReached) {
            clockBetween(localExam, hubExam, findings);
            findings.addAll(CollectionsExam.compare(local.database(), hub.database()));
        }
        if (localReached) {
            activity(findings);
        }
        if (hubReached) {
            restores(findings);
        }
        return List.copyOf(findings);
    }

    private static void clockBetween(SideExam localExam, SideExam hubExam, List<Finding> findings) {
        if (localExam.clockOffset().isEmpty() || hubExam.clockOffset().isEmpty()) {
            return;
        }
        Duration between =
                hubExam.clockOffset().get().minus(localExam.clockOffset().get());
        String text = "the clocks of the local server and the hub are " + Durations.words(between.abs()) + " apart";
        findings.add(
                between.abs().compareTo(CLOCK_WARNING) > 0
                        ? Finding.warning(
                                "both",
                                "clock",
                                text,
                                "Synchronise the clock of the local server (NTP). Until then conflicts lean on the measured difference.")
                        : Finding.ok("both", "clock", text));
    }

    private void activity(List<Finding> findings) {
        try {
            SyncActivity.describe(local.database())
                    .ifPresentOrElse(
                            agent -> findings.add(
                                    Finding.ok("local", "agent", "agent " + agent + " is at work on this database")),
                            () -> findings.add(Finding.info(
                                    "local",
                                    "agent",
                                    "no agent is at work on this database",
                                    "Start one: tandem serve.")));
            SyncActivity.unfinishedRestore(local.database(), false)
                    .ifPresent(source -> findings.add(unfinished("local", source, "tandem restore ... --drop")));
        } catch (MongoException failed) {
            findings.add(Finding.warning(
                    "local",
                    "agent",
                    "could not be checked: " + Refusals.shortened(failed),
                    "Grant the user readWrite on the database."));
        }
    }

    private void restores(List<Finding> findings) {
        try {
            SyncActivity.unfinishedRestore(hub.database(), true)
                    .ifPresent(
                            source -> findings.add(unfinished("atlas", source, "tandem restore ... --drop --atlas")));
        } catch (MongoException failed) {
            findings.add(Finding.warning(
                    "atlas",
                    "restore",
                    "could not be checked: " + Refusals.shortened(failed),
                    "Grant the user readWrite on the database."));
        }
    }

    private static Finding unfinished(String side, String source, String command) {
        return Finding.error(
                side,
                "restore",
                "a restore from " + source + " was begun and not finished: the database may be half old, half new",
                "Repeat it: " + command + ".");
    }
}
