package io.tandem.agent.selftest;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** An agent that was away goes on where it stopped, without comparing everything. */
final class ResumeTokenSuite implements Suite {

    private static final String ITEMS = "items";

    @Override
    public String name() {
        return "resume-token";
    }

    @Override
    public String purpose() {
        return "an agent that was away goes on where it stopped";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        device.hub(ITEMS).insertOne(DeviceUnderTest.item("before", "Before", 1));
        bench.expect(
                "Resume token saved",
                device,
                () -> device.localDocument(ITEMS, "before") != null
                        && isSaved(device, "atlas-resume-token")
                        && (device.isPolled() || isSaved(device, "local-resume-token")),
                "the document 'atlas-resume-token' in the device's sync metadata");
        device.close();
        device.hub(ITEMS).insertOne(DeviceUnderTest.item("meanwhile", "Meanwhile", 2));
        resume(bench, bench.start());
    }

    private static boolean isSaved(DeviceUnderTest device, String position) {
        return device.local("sync_metadata")
                        .find(new BsonDocument("_id", new BsonString(position)))
                        .first()
                != null;
    }

    /** The document arrives either by the change stream or by comparing; that everything is compared is told before it arrives. */
    private static void resume(Bench bench, DeviceUnderTest again) throws InterruptedException {
        String loaded = "Resume token loaded";
        boolean arrived = bench.becomesTrue(
                loaded,
                bench.options().patience(),
                () -> again.localDocument(ITEMS, "meanwhile") != null
                        || lost(again).isPresent());
        Optional<String> lost = lost(again);
        bench.require(
                loaded,
                lost.isEmpty(),
                () -> "the engine compared everything instead of going on from the saved position (" + lost.orElse("")
                        + "); " + again.describe());
        bench.passed(loaded);
        String check = "Change Stream resumed from correct position";
        bench.require(
                check,
                arrived,
                () -> "expected the document that was written while the engine was away, which did not arrive within "
                        + bench.options().patience().toSeconds() + " s; the engine says: " + again.describe());
        bench.passed(check);
    }

    /** Why a position was not good; a server that is polled never has one of its own. */
    private static Optional<String> lost(DeviceUnderTest device) {
        return device.comparisons().stream()
                .filter(reason -> !device.isPolled() || !reason.contains("the local feed"))
                .findFirst();
    }
}
