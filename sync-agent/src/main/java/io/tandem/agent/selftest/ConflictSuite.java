package io.tandem.agent.selftest;

import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** A document changed on both sides while the device was offline is decided by the configured strategy, and the loser is kept. */
final class ConflictSuite implements Suite {

    private static final String ITEMS = "items";
    private static final long BETWEEN_EDITS_MILLIS = 2_500;

    @Override
    public String name() {
        return "conflict";
    }

    @Override
    public String purpose() {
        return "edits of one document on both sides are decided, and the loser is kept";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        device.local(ITEMS).insertOne(DeviceUnderTest.item("tea", "Tea", 25));
        bench.await(
                "Conflict detected",
                device,
                bench.options().patience(),
                () -> device.hubDocument(ITEMS, "tea") != null
                        && device.status().queueSize() == 0,
                () -> "expected the document in Atlas before the conflict is made");
        device.close();
        // Offline: the device is edited first, Atlas later.
        device.local(ITEMS).updateOne(DeviceUnderTest.key("tea"), edit("local", 30));
        TimeUnit.MILLISECONDS.sleep(BETWEEN_EDITS_MILLIS);
        device.hub(ITEMS).updateOne(DeviceUnderTest.key("tea"), edit("atlas", 40));
        DeviceUnderTest again = bench.start();
        bench.expect(
                "Conflict detected", again, () -> again.status().conflicts() >= 1, "a conflict in the engine's count");
        decided(bench, again);
        logged(bench, again);
    }

    /** With its time in the document: a server without change streams tells no other. */
    private static BsonDocument edit(String by, int price) {
        return new BsonDocument(
                        "$set", new BsonDocument("price", new BsonInt32(price)).append("editedBy", new BsonString(by)))
                .append("$currentDate", new BsonDocument("updatedAt", BsonBoolean.TRUE));
    }

    private static void decided(Bench bench, DeviceUnderTest device) throws InterruptedException {
        String strategy = bench.endpoints().strategy();
        String check = words(strategy) + " applied";
        Optional<Integer> winner = winningPrice(strategy);
        bench.await(
                check,
                device,
                bench.options().patience(),
                () -> same(device)
                        && winner.map(price -> DeviceUnderTest.hasPrice(device.hubDocument(ITEMS, "tea"), price))
                                .orElse(true),
                () -> "expected price " + winner.map(String::valueOf).orElse("(either)") + " on both sides, seen "
                        + price(device.localDocument(ITEMS, "tea")) + " on the device and "
                        + price(device.hubDocument(ITEMS, "tea")) + " in Atlas");
        bench.passed(check);
        bench.expect("Both databases consistent", device, () -> same(device), "equal documents on both sides");
    }

    private static String price(@Nullable BsonDocument document) {
        if (document == null) {
            return "no document";
        }
        return document.isNumber("price")
                ? String.valueOf(document.getNumber("price").intValue())
                : "no price";
    }

    /** Empty when the strategy may decide either way. */
    private static Optional<Integer> winningPrice(String strategy) {
        return switch (strategy) {
            case "last-write-wins", "atlas-wins" -> Optional.of(40);
            case "local-wins" -> Optional.of(30);
            default -> Optional.empty();
        };
    }

    private static String words(String strategy) {
        StringBuilder words = new StringBuilder();
        for (String word : strategy.split("-", -1)) {
            words.append(words.isEmpty() ? "" : " ")
                    .append(word.substring(0, Math.min(1, word.length())).toUpperCase(Locale.ROOT))
                    .append(word.substring(Math.min(1, word.length())));
        }
        return words.toString();
    }

    private static boolean same(DeviceUnderTest device) {
        BsonDocument local = device.localDocument(ITEMS, "tea");
        BsonDocument hub = device.hubDocument(ITEMS, "tea");
        if (local == null || hub == null) {
            return false;
        }
        BsonDocument plain = hub.clone();
        plain.remove("_sync");
        return plain.equals(local);
    }

    private static void logged(Bench bench, DeviceUnderTest device) throws InterruptedException {
        ConflictQuery query =
                new ConflictQuery(Optional.of(bench.scope().collection(ITEMS)), Optional.empty(), 10, Optional.empty());
        String check = "Conflict logged in metrics";
        bench.await(
                check,
                device,
                bench.options().patience(),
                () -> hasBothSides(device.engine().conflicts(query))
                        && device.status().conflictsLastHour() >= 1,
                () -> "expected an entry with both documents in the conflict log");
        bench.passed(check);
    }

    private static boolean hasBothSides(ConflictPage page) {
        List<ConflictEntry> entries = page.items();
        return entries.stream()
                .anyMatch(entry ->
                        entry.localDocument().isPresent() && entry.hubDocument().isPresent());
    }
}
