package io.tandem.agent.selftest;

import io.tandem.engine.model.Side;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.QuarantineEntry;
import java.io.IOException;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** A lost connection heals by itself, and a change that cannot be applied waits without holding up the others. */
final class ErrorsSuite implements Suite {

    private static final String ITEMS = "items";
    private static final String UNIQUE = "unique";

    @Override
    public String name() {
        return "errors";
    }

    @Override
    public String purpose() {
        return "a lost connection heals, and a change that cannot be applied waits for itself alone";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        HubRelay relay = relay();
        bench.closeLater(relay);
        DeviceUnderTest device = bench.start(bench.settings("a").build(), bench.localDatabase(), (side, driver) -> {
            if (side == Side.HUB) {
                relay.route(driver);
            }
        });
        connectionLoss(bench, device, relay);
        invalidChange(bench, device);
    }

    private static HubRelay relay() {
        try {
            return new HubRelay();
        } catch (IOException failed) {
            throw new SelftestFailure(
                    "Connection loss handled", "no port could be opened on this machine: " + failed.getMessage());
        }
    }

    private static void connectionLoss(Bench bench, DeviceUnderTest device, HubRelay relay)
            throws InterruptedException {
        relay.cut();
        device.local(ITEMS).insertOne(DeviceUnderTest.item("offline", "Written offline", 1));
        bench.expect(
                "Connection loss handled",
                device,
                () -> device.status().atlasFeed().state() != FeedStatus.State.CONNECTED
                        && (device.isPolled() || device.status().queueSize() >= 1),
                "the Atlas feed to be seen as lost and the local change to wait in the queue");
        relay.restore();
        bench.expect(
                "Reconnection successful",
                device,
                () -> device.hubDocument(ITEMS, "offline") != null
                        && device.status().atlasFeed().state() == FeedStatus.State.CONNECTED,
                "the change made offline in Atlas and the feed connected again");
    }

    private static void invalidChange(Bench bench, DeviceUnderTest device) throws InterruptedException {
        device.local(UNIQUE)
                .createIndex(
                        BsonDocument.parse("{code: 1}"),
                        new com.mongodb.client.model.IndexOptions().unique(true).name("code_unique"));
        device.local(UNIQUE).insertOne(coded("first", "A1"));
        bench.await(
                "Invalid change rejected",
                device,
                bench.options().patience(),
                () -> device.hubDocument(UNIQUE, "first") != null,
                () -> "expected the first document in Atlas");
        device.hub(UNIQUE).insertOne(coded("second", "A1"));
        device.hub(UNIQUE).insertOne(coded("third", "B2"));
        bench.expect(
                "Invalid change rejected",
                device,
                () -> device.localDocument(UNIQUE, "third") != null
                        && device.localDocument(UNIQUE, "second") == null
                        && !entries(device).isEmpty(),
                "the duplicate in the quarantine and the document after it on the device");
        device.local(UNIQUE)
                .updateOne(
                        DeviceUnderTest.key("first"),
                        new BsonDocument("$set", new BsonDocument("code", new BsonString("C3"))));
        for (QuarantineEntry entry : entries(device)) {
            device.engine().retryQuarantined(entry.id());
        }
        bench.expect(
                "Retry logic working",
                device,
                () -> device.localDocument(UNIQUE, "second") != null
                        && device.status().quarantined() == 0,
                "the document on the device and an empty quarantine once the obstacle was gone");
    }

    private static List<QuarantineEntry> entries(DeviceUnderTest device) {
        return device.engine().quarantine(10);
    }

    private static BsonDocument coded(String id, String code) {
        return DeviceUnderTest.key(id).append("code", new BsonString(code));
    }
}
