package io.tandem.agent.selftest;

import io.tandem.engine.status.EngineStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** Every change is marked with where it came from, and none travels in circles. */
final class OriginSuite implements Suite {

    private static final String ITEMS = "items";
    private static final int DOCUMENTS = 20;
    private static final Duration QUIET = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "origin";
    }

    @Override
    public String purpose() {
        return "changes are marked with their origin and never travel in circles";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        String self = device.status().instanceId();
        device.local(ITEMS).insertOne(DeviceUnderTest.item("mine", "Mine", 1));
        bench.expect(
                "Local change marked correctly",
                device,
                () -> origin(device.hubDocument(ITEMS, "mine")).equals(self),
                "_sync.origin '" + self + "' in Atlas");
        device.hub(ITEMS).insertOne(DeviceUnderTest.item("theirs", "Theirs", 2));
        String marked = "Atlas change marked correctly";
        bench.await(
                marked,
                device,
                bench.options().patience(),
                () -> origin(device.hubDocument(ITEMS, "theirs")).equals("atlas")
                        && device.localDocument(ITEMS, "theirs") != null,
                () -> "expected _sync.origin 'atlas' in Atlas and the document on the device");
        BsonDocument applied = device.localDocument(ITEMS, "theirs");
        bench.require(
                marked,
                applied != null && !applied.containsKey("_sync"),
                () -> "the device's document carries sync metadata, which only Atlas's may");
        bench.passed(marked);
        noLoops(bench, device);
    }

    private static String origin(@Nullable BsonDocument document) {
        return document == null
                ? ""
                : document.getDocument("_sync", new BsonDocument())
                        .getString("origin", new BsonString(""))
                        .getValue();
    }

    private static void noLoops(Bench bench, DeviceUnderTest device) throws InterruptedException {
        for (int i = 0; i < DOCUMENTS; i++) {
            device.local(ITEMS).insertOne(DeviceUnderTest.item("l" + i, "Local", i));
            device.hub(ITEMS).insertOne(DeviceUnderTest.item("h" + i, "Hub", i));
        }
        String check = "Loop prevention working";
        bench.await(
                check,
                device,
                bench.options().patience(),
                () -> device.hub(ITEMS).countDocuments() == 2 + 2 * DOCUMENTS
                        && device.local(ITEMS).countDocuments() == 2 + 2 * DOCUMENTS
                        && device.status().queueSize() == 0,
                () -> "expected " + (2 + 2 * DOCUMENTS) + " documents on both sides and an empty queue");
        TimeUnit.MILLISECONDS.sleep(QUIET.toMillis() / 2); // lets stamps of direct edits and echoes arrive
        List<BsonDocument> before = hubDocuments(device);
        long processed = processed(device.status());
        TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
        long after = processed(device.status());
        bench.require(
                check,
                hubDocuments(device).equals(before),
                () ->
                        "documents in Atlas kept changing although nobody changed them: another program or a loop rewrites them");
        bench.require(
                check,
                after - processed <= 1,
                () -> (after - processed) + " changes were processed within " + QUIET.toSeconds()
                        + " s although nobody changed anything");
        bench.passed(check);
        bench.require(
                "No sync loops detected",
                device.status().loopsDetected() == 0,
                () -> device.status().loopsDetected() + " loops detected; " + device.describe());
        bench.passed("No sync loops detected");
    }

    private static List<BsonDocument> hubDocuments(DeviceUnderTest device) {
        return device.hub(ITEMS).find().sort(BsonDocument.parse("{_id: 1}")).into(new ArrayList<>());
    }

    private static long processed(EngineStatus status) {
        return status.atlasToLocal().succeeded() + status.localToAtlas().succeeded();
    }
}
