package io.tandem.agent.selftest;

import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.FeedStatus;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The engine hears every kind of change that Atlas's change stream reports. */
final class ListenerSuite implements Suite {

    private static final String ITEMS = "items";

    @Override
    public String name() {
        return "listener";
    }

    @Override
    public String purpose() {
        return "the Atlas change stream reports inserts, updates, replaces and deletes";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        Set<String> heard = ConcurrentHashMap.newKeySet();
        device.engine().addListener(new EngineListener() {
            @Override
            public void changeSettled(Change change) {
                if (change.direction().equals("atlasToLocal")) {
                    heard.add(change.documentId().asString().getValue());
                }
            }
        });
        bench.require(
                "Atlas Change Stream started",
                device.status().atlasFeed().kind() == FeedStatus.Kind.CHANGE_STREAM,
                () -> "the hub has no change stream; " + device.describe());
        bench.passed("Atlas Change Stream started");
        device.hub(ITEMS).insertOne(DeviceUnderTest.item("tea", "Tea", 25));
        bench.expect("Insert received", device, () -> heard.contains("tea"), "the insert to be settled");
        device.hub(ITEMS).updateOne(DeviceUnderTest.key("tea"), DeviceUnderTest.setPrice(26));
        bench.expect(
                "Update received",
                device,
                () -> DeviceUnderTest.hasPrice(device.localDocument(ITEMS, "tea"), 26),
                "the update on the device");
        device.hub(ITEMS).replaceOne(DeviceUnderTest.key("tea"), DeviceUnderTest.item("tea", "Green tea", 27));
        bench.expect(
                "Replace received",
                device,
                () -> DeviceUnderTest.hasPrice(device.localDocument(ITEMS, "tea"), 27),
                "the replacement on the device");
        device.hub(ITEMS).deleteOne(DeviceUnderTest.key("tea"));
        bench.expect(
                "Delete received",
                device,
                () -> device.localDocument(ITEMS, "tea") == null,
                "the delete on the device");
        bench.expect(
                "Last event time recorded",
                device,
                () -> device.status().atlasFeed().lastEventAt().isPresent(),
                "the time of the last event in the status");
        bench.passed("All tests passed");
    }
}
