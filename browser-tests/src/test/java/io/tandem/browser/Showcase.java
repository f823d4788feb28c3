package io.tandem.browser;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.types.ObjectId;

/** A café's till on a normal day, for the pictures of the documentation. Any thread; the same figures at every run but for the time. */
final class Showcase extends CannedContent {

    private static final List<String> NAMES = List.of("menuitems", "orders", "inventory", "payments", "tables");

    Showcase() {
        conflicts = 37;
        calm();
    }

    @Override
    List<Document> alerts() {
        return quarantineFilled ? super.alerts() : List.of();
    }

    @Override
    Document collections() {
        List<Document> items = new ArrayList<>(List.of(
                collection("customers", 1_204, null)
                        .append("atlasDocuments", 1_204)
                        .append("differences", 0),
                collection("inventory", 812, null).append("atlasDocuments", 812).append("differences", 0),
                collection("menuitems", 148, null).append("atlasDocuments", 148).append("differences", 0),
                collection("orders", 40, deletesHeld ? held() : null),
                collection("payments", 9_210, null)
                        .append("atlasDocuments", 9_210)
                        .append("differences", 0),
                collection("sessions", 31, null)
                        .append("mode", "push-only")
                        .append("reason", "excluded from what Atlas sends")
                        .append("atlasDocuments", 31)
                        .append("lastChangeAt", ago(4)),
                collection("tables", 18, null)
                        .append("mode", "observe")
                        .append("reason", "set by hand")
                        .append("atlasDocuments", 18)
                        .append(
                                "observed",
                                new Document("pushes", 3)
                                        .append("applies", 12)
                                        .append("deletes", 0)
                                        .append("conflicts", 1))));
        if (!deletesHeld) {
            items.set(
                    3,
                    collection("orders", 4_310, null)
                            .append("atlasDocuments", 4_310)
                            .append("differences", 0));
        }
        return new Document("items", items);
    }

    @Override
    Document order(int n) {
        return new Document("_id", n)
                .append("table", 1 + n % 18)
                .append("state", "paid")
                .append("total", 8.5 + n % 7)
                .append("waiter", List.of("Ingrid", "Jonas", "Mei").get(n % 3));
    }

    @Override
    Document conflict(int n) {
        ObjectId id = new ObjectId(String.format("65a1b2c3d4e5f607%08x", 7_919 * (n + 3)));
        Document local = item(id, 3.9 + n % 4, "+47 22 33 44 55", 12 - n % 5);
        Document atlas = item(id, 4.2 + n % 4, "+47 22 33 44 56", 12 - n % 5);
        atlas.append("allergens", List.of("milk"));
        return new Document("id", "c" + n)
                .append("collection", NAMES.get(n % 3))
                .append("documentId", id)
                .append("at", ago(140L + 1_900L * n))
                .append("device", n % 4 == 0 ? "till-2" : "till-7")
                .append("strategy", n % 3 == 2 ? "field-merge" : "last-write-wins")
                .append("winner", List.of("atlas", "local", "merged").get(n % 3))
                .append("localDocument", local)
                .append("localVersion", version("till-7").append("at", ago(150L + 1_900L * n)))
                .append("atlasDocument", atlas)
                .append(
                        "atlasVersion",
                        version("till-2").append("at", ago(146L + 1_900L * n)).append("number", "7412345678901236010"))
                .append("restoredAt", n == 4 ? ago(3_000) : null);
    }

    private static Document item(ObjectId id, double price, String phone, int stock) {
        return new Document("_id", id)
                .append("name", "Flat white")
                .append("price", price)
                .append("stock", stock)
                .append("tags", List.of("coffee", "hot"))
                .append("supplier", new Document("name", "Nordic Roasters").append("phone", phone));
    }

    @Override
    Document quarantine() {
        Document entry = new Document("id", "q1")
                .append("collection", "menuitems")
                .append("documentId", new ObjectId("65a1b2c3d4e5f60718293a4b"))
                .append("direction", "localToAtlas")
                .append("code", "SYNC-301")
                .append("error", "E11000 duplicate key error collection: shop.menuitems index: sku_1")
                .append(
                        "localDocument",
                        new Document("_id", new ObjectId("65a1b2c3d4e5f60718293a4b"))
                                .append("sku", "CF-101")
                                .append("name", "Oat flat white"))
                .append("atlasDocument", null)
                .append("attempts", 5)
                .append("firstAt", ago(7_200))
                .append("nextAttemptAt", ago(-180));
        return new Document("total", 1).append("items", List.of(entry));
    }

    @Override
    Document devices() {
        return new Document(
                "items",
                List.of(
                        device("till-7", 1, true, false),
                        device("bar", 900, false, false).append("queueSize", 14).append("lagMs", 0),
                        device("kitchen", 3, false, false).append("lagMs", 38).append("clockOffsetMs", -4),
                        device("office-pc", 2, false, false)
                                .append("role", "standby")
                                .append("lagMs", 0),
                        device("till-2", 4, false, false).append("lagMs", 120).append("clockOffsetMs", 31)));
    }

    @Override
    Document activity() {
        Random random = new Random(7);
        List<Document> changes = IntStream.range(0, 26)
                .mapToObj(n -> new Document("at", ago(2L + 3L * n))
                        .append("direction", random.nextInt(3) > 0 ? "localToAtlas" : "atlasToLocal")
                        .append("collection", NAMES.get(random.nextInt(NAMES.size())))
                        .append(
                                "documentId",
                                new ObjectId(String.format("65a1b2c3d4e5f607%08x", random.nextInt(Integer.MAX_VALUE))))
                        .append(
                                "operation",
                                List.of("update", "insert", "update", "delete").get(random.nextInt(4)))
                        .append("outcome", n == 6 ? "conflict" : n == 15 ? "quarantined" : "applied")
                        .append("processMs", 1 + random.nextDouble() * 9))
                .toList();
        Document notice = new Document("at", ago(30))
                .append("kind", "feed-connected")
                .append("text", "Atlas Change Stream started successfully");
        return new Document("changes", changes).append("notices", List.of(notice));
    }

    @Override
    Document audit() {
        return super.audit().append("detail", "{\"enabled\":true}");
    }

    @Override
    Document config() {
        return new Document(
                        "items",
                        List.of(
                                setting(
                                        "Databases",
                                        "MONGODB_URI",
                                        "mongodb://till:<hidden>@localhost:27017/shop",
                                        ".env line 2",
                                        "",
                                        "The local database; its name is in the URI."),
                                setting(
                                        "Databases",
                                        "MONGODB_ATLAS_URI",
                                        "mongodb+srv://till:<hidden>@cluster0.example.mongodb.net/shop",
                                        ".env line 3",
                                        "",
                                        "The hub, shared by all devices."),
                                setting(
                                        "Syncing",
                                        "BIDIRECTIONAL_SYNC_ENABLED",
                                        "true",
                                        "environment",
                                        "false",
                                        "Whether changes from Atlas are applied on this device."),
                                setting(
                                        "Syncing",
                                        "CONFLICT_RESOLUTION_STRATEGY",
                                        "last-write-wins",
                                        "default",
                                        "last-write-wins",
                                        "Who wins when both sides changed a document."),
                                setting(
                                        "Syncing",
                                        "CONFLICT_RESOLUTION_OVERRIDES",
                                        "menuitems=field-merge",
                                        ".env line 6",
                                        "",
                                        "Other rules for single collections."),
                                setting(
                                        "Syncing",
                                        "MAX_DELETE_PERCENT",
                                        "50",
                                        "default",
                                        "50",
                                        "Share of a collection that one pass may delete."),
                                setting(
                                                "Web",
                                                "API_TOKENS",
                                                "3 tokens",
                                                ".env line 9",
                                                "",
                                                "Who may call, with which role.")
                                        .append("secret", true),
                                setting("Web", "ALERT_WEBHOOK_URL", "", "default", "", "Where alerts are posted.")
                                        .append("secret", true)))
                .append("warnings", List.of());
    }

    private static Document setting(
            String group, String name, String value, String source, String otherwise, String meaning) {
        return new Document("name", name)
                .append("group", group)
                .append("value", value)
                .append("source", source)
                .append("defaultValue", otherwise)
                .append("rule", "")
                .append("meaning", meaning)
                .append("secret", value.contains("<hidden>"));
    }

    @Override
    Document history(String query) {
        int points = query.contains("1440") ? 1_440 : 450;
        int step = query.contains("1440") ? 60 : 2;
        long now = Instant.now().getEpochSecond();
        Random random = new Random(11);
        return new Document("stepSeconds", step)
                .append(
                        "time",
                        IntStream.range(0, points)
                                .mapToObj(n -> now - (long) (points - n) * step)
                                .toList())
                .append("localToAtlas", series(points, 9, 95, random))
                .append("atlasToLocal", series(points, 3, 70, random))
                .append(
                        "queueSize",
                        IntStream.range(0, points)
                                .mapToObj(n ->
                                        (double) Math.max(0, random.nextInt(34) - 29 + (n > 300 && n < 312 ? 14 : 0)))
                                .toList())
                .append(
                        "conflicts",
                        IntStream.range(0, points)
                                .mapToObj(n -> random.nextInt(90) == 0 ? 1.0 + random.nextInt(2) : 0.0)
                                .toList())
                .append(
                        "errors",
                        IntStream.range(0, points)
                                .mapToObj(n -> n == 130 ? 1.0 : 0.0)
                                .toList())
                .append(
                        "health",
                        IntStream.range(0, points)
                                .mapToObj(n -> n >= 176 && n < 189 ? 0.0 : n >= 189 && n < 196 ? 1.0 : 2.0)
                                .toList())
                .append("at", ago(0));
    }

    private static Document series(int points, double rate, double lag, Random random) {
        List<Double> perSecond = new ArrayList<>();
        double level = rate;
        for (int n = 0; n < points; n++) {
            level = Math.max(0.2, level + (random.nextDouble() - 0.5) * 1.1 + (rate - level) * 0.03);
            perSecond.add(Math.round(level * 10) / 10.0);
        }
        return new Document("perSecond", perSecond)
                .append("lagMs", around(points, lag, 0.35, random))
                .append("p50", around(points, 2.4, 0.1, random))
                .append("p95", around(points, 8.8, 0.15, random))
                .append("p99", around(points, 21, 0.2, random));
    }

    private static List<Double> around(int points, double middle, double spread, Random random) {
        double[] level = {middle};
        return IntStream.range(0, points)
                .mapToObj(n -> {
                    level[0] += (middle - level[0]) * 0.2 + middle * spread * (random.nextDouble() - 0.5);
                    return Math.max(0, level[0]);
                })
                .toList();
    }
}
