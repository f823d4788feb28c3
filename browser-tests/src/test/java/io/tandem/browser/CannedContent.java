package io.tandem.browser;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** What {@link CannedAgent} tells: the least that shows each state. Any thread; the fields may be changed while it runs. */
class CannedContent {

    static final String SCRIPT = "<img src=x onerror=\"window.attacked=1\"><script>window.attacked=1</script>";
    private static final String SYNC = "/api/sync/bidirectional";

    private volatile CountDownLatch streams = new CountDownLatch(1);

    volatile int conflicts = 3;
    volatile boolean enabled = true;
    volatile boolean deletesHeld = true;
    volatile boolean hubReachable = true;
    volatile boolean quarantineFilled = true;
    volatile @Nullable Document verification = null;
    volatile @Nullable Document backup = null;
    volatile @Nullable Document resync = null;
    volatile String hostile = SCRIPT;
    volatile @Nullable String other = null;
    volatile @Nullable Document hostileField = null;
    volatile String conflictDevice = "till-7";
    volatile List<String> paused = List.of();

    /** Added to what is wrong. */
    volatile @Nullable Document problem = null;

    /** What every call that changes something is answered with; null when they are carried out. */
    volatile @Nullable String refusal = null;

    /** What settled lately, newest first. */
    volatile List<Document> changes = List.of(change(SCRIPT, 5));

    /** How many event streams are left. */
    volatile boolean streamsLeft = true;

    private final Instant start = Instant.now().minus(3, ChronoUnit.HOURS);

    /** Nothing is wrong and nothing waits. */
    void calm() {
        deletesHeld = false;
        quarantineFilled = false;
    }

    /** Ends all open event streams. */
    void breakStreams() {
        CountDownLatch open = streams;
        streams = new CountDownLatch(1);
        open.countDown();
    }

    CountDownLatch streamOpened() {
        return streams;
    }

    @Nullable
    Document get(String path, String query, String role, boolean loginRequired) {
        if (path.startsWith(SYNC + "/conflicts/")) {
            return conflict(Integer.parseInt(path.substring((SYNC + "/conflicts/c").length())));
        }
        return switch (path) {
            case "/api/session" ->
                new Document("name", loginRequired ? "anna" : "local")
                        .append("role", role)
                        .append("loginRequired", loginRequired)
                        .append("instanceId", "till-7")
                        .append("version", "0.1.0");
            case "/api/history" -> history(query);
            case "/api/activity" -> activity();
            case "/api/alerts" -> new Document("active", alerts()).append("recent", List.of());
            case "/api/audit" -> new Document("items", List.of(audit()));
            case "/api/config" -> config();
            case SYNC + "/collections" -> collections();
            case SYNC + "/collections/orders/held-deletes" -> heldDeletes();
            case "/api/status" -> status();
            case SYNC + "/conflicts" -> conflictPage(query);
            case SYNC + "/quarantine" -> quarantine();
            case SYNC + "/devices" -> devices();
            default -> null;
        };
    }

    Document changed(String method, String path, String body) {
        if (path.endsWith("/toggle")) {
            enabled = body.contains("true");
            return new Document("enabled", enabled).append("message", "Two-way sync is " + (enabled ? "on." : "off."));
        }
        if (path.endsWith("-deletes")) {
            deletesHeld = false;
        }
        if (path.contains("/quarantine/")) {
            quarantineFilled = false;
        }
        if (path.endsWith("/verify")) {
            verification = method.equals("DELETE") ? verification("cancelled") : verification("running");
        }
        if (path.endsWith("/backup")) {
            backup = backup(method.equals("DELETE") ? "cancelled" : "running");
        }
        return new Document("message", "Done.");
    }

    Document status() {
        return new Document("version", "0.1.0")
                .append("uptimeSeconds", 10_800)
                .append("health", health())
                .append("metrics", metrics())
                .append("alerts", alerts())
                .append("verification", verification)
                .append("backup", backup);
    }

    static String ago(long seconds) {
        return Instant.now()
                .minusSeconds(seconds)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    private Document health() {
        List<Document> problems = new ArrayList<>();
        if (!hubReachable) {
            problems.add(
                    problem(
                            "SYNC-102",
                            "error",
                            "atlas",
                            "No server of the hub answered within 5 s.",
                            "Check the network, the Atlas access list and MONGODB_ATLAS_URI. Local changes are kept and sent later."));
        }
        if (deletesHeld) {
            problems.add(problem(
                    "SYNC-401", "warning", "orders", "60 of 100 documents would be deleted.", "Look, then decide."));
        }
        if (problem != null) {
            problems.add(problem);
        }
        String feed = hubReachable ? "connected" : "reconnecting";
        return new Document("enabled", enabled)
                .append(
                        "health",
                        !hubReachable
                                ? "unhealthy"
                                : deletesHeld || quarantineFilled || problem != null ? "degraded" : "healthy")
                .append("reasons", List.of())
                .append("instanceId", "till-7")
                .append("changeStream", feed(feed))
                .append("localFeed", feed("connected"))
                .append("syncWorker", new Document("running", true).append("queueSize", 0))
                .append("excludedCollections", List.of("sessions"))
                .append("pausedCollections", paused)
                .append("clockOffsetMs", 12)
                .append("role", "active")
                .append("problems", problems)
                .append(
                        "canary",
                        new Document("state", "flowing")
                                .append("lastRoundTripAt", ago(8))
                                .append("lastRoundTripMs", 42))
                .append("oplogWindowLeftSeconds", new Document("local", 86_400).append("atlas", 172_800))
                .append("resync", resync)
                .append("startedAt", start.toString())
                .append("at", ago(0));
    }

    private static Document feed(String status) {
        return new Document("status", status)
                .append("kind", "change-stream")
                .append("lastEventAt", ago(2))
                .append("reconnectAttempts", 0)
                .append("resumeTokenSavedAt", ago(3));
    }

    static Document problem(String code, String severity, String subject, String detail, String remedy) {
        return new Document("code", code)
                .append("severity", severity)
                .append("subject", subject)
                .append("detail", detail)
                .append("remedy", remedy)
                .append("since", ago(90));
    }

    private Document metrics() {
        return new Document("atlasToLocal", direction(10_482, hubReachable ? 3.1 : 0))
                .append("localToAtlas", direction(28_714, hubReachable ? 12.4 : 0))
                .append("queueSize", 0)
                .append("conflicts", conflicts)
                .append("conflictsLastHour", 2)
                .append("retries", 4)
                .append("quarantined", quarantineFilled ? 1 : 0)
                .append("loopsDetected", 0)
                .append("resyncs", 1)
                .append("byCollection", new Document("menuitems", new Document()).append("orders", new Document()))
                .append("at", ago(0));
    }

    private static Document direction(int total, double perSecond) {
        return new Document("totalProcessed", total)
                .append("lagMs", 80)
                .append("p50", 2.4)
                .append("p95", 9.1)
                .append("p99", 22.0)
                .append("perSecond", perSecond);
    }

    List<Document> alerts() {
        return List.of(new Document("rule", "quarantine")
                .append("severity", "warning")
                .append("state", "raised")
                .append("summary", "1 change is in quarantine; allowed are 0")
                .append("remedy", "Open Quarantine.")
                .append("raisedAt", ago(600))
                .append("clearedAt", null));
    }

    Document audit() {
        return new Document("at", ago(30))
                .append("who", "anna")
                .append("from", "127.0.0.1")
                .append("call", "POST /api/sync/bidirectional/toggle")
                .append("detail", SCRIPT)
                .append("status", 200);
    }

    Document history(String query) {
        int points = query.contains("1440") ? 1440 : 450;
        int step = query.contains("1440") ? 60 : 2;
        long now = Instant.now().getEpochSecond();
        List<Double> wave = IntStream.range(0, points)
                .mapToObj(n -> 6 + 4 * Math.sin(n / 40.0))
                .toList();
        Document series = new Document("perSecond", wave)
                .append("lagMs", wave)
                .append("p50", wave)
                .append("p95", wave)
                .append("p99", wave);
        return new Document("stepSeconds", step)
                .append(
                        "time",
                        IntStream.range(0, points)
                                .mapToObj(n -> now - (long) (points - n) * step)
                                .toList())
                .append("atlasToLocal", series)
                .append("localToAtlas", series)
                .append("queueSize", wave)
                .append("conflicts", wave)
                .append("errors", wave)
                .append(
                        "health",
                        IntStream.range(0, points)
                                .mapToObj(n -> n >= 200 && n < 230 ? 0.0 : 2.0)
                                .toList())
                .append("at", ago(0));
    }

    Document activity() {
        Document notice = new Document("at", ago(9))
                .append("kind", "feed-connected")
                .append("text", "Atlas Change Stream started successfully");
        return new Document("changes", changes).append("notices", List.of(notice));
    }

    /** A change of menuitems that settled so long ago. */
    static Document change(String id, int secondsAgo) {
        return new Document("at", ago(secondsAgo))
                .append("direction", "localToAtlas")
                .append("collection", "menuitems")
                .append("documentId", id)
                .append("operation", "update")
                .append("outcome", "conflict")
                .append("processMs", 3.2);
    }

    Document config() {
        return new Document(
                        "items",
                        List.of(
                                setting("MONGODB_URI", "mongodb://<hidden>@localhost:27017/shop", true),
                                setting("CONFLICT_RESOLUTION_STRATEGY", "last-write-wins", false)))
                .append("warnings", List.of());
    }

    private static Document setting(String name, String value, boolean secret) {
        return new Document("name", name)
                .append("group", "Databases")
                .append("value", value)
                .append("source", "environment")
                .append("defaultValue", "")
                .append("rule", "")
                .append("meaning", "What it means.")
                .append("secret", secret);
    }

    Document collections() {
        return new Document(
                "items",
                List.of(collection("menuitems", 148, null), collection("orders", 40, deletesHeld ? held() : null)));
    }

    Document held() {
        return new Document("towards", "local")
                .append("before", 100)
                .append("missing", 60)
                .append("reason", "more than half of the documents are gone")
                .append("since", ago(90));
    }

    static Document collection(String name, int local, @Nullable Document held) {
        return new Document("name", name)
                .append("mode", held == null ? "both" : "paused")
                .append("reason", held == null ? "default" : "held by the delete guard")
                .append("localDocuments", local)
                .append("atlasDocuments", 100)
                .append("differences", held == null ? null : 60)
                .append("heldDeletes", held)
                .append(
                        "observed",
                        new Document("pushes", 0)
                                .append("applies", 0)
                                .append("deletes", 0)
                                .append("conflicts", 0))
                .append("lastChangeAt", ago(40));
    }

    private Document heldDeletes() {
        return new Document("collection", "orders")
                .append("towards", "local")
                .append("before", 100)
                .append("missing", 60)
                .append("ids", IntStream.range(0, 50).boxed().toList())
                .append(
                        "items",
                        IntStream.range(0, 50)
                                .mapToObj(n -> new Document("id", n).append("document", order(n)))
                                .toList());
    }

    Document order(int n) {
        return new Document("_id", n).append("note", SCRIPT);
    }

    private Document conflictPage(String query) {
        int limit = number(query, "limit", 50);
        int from = number(query, "cursor", 0);
        int to = Math.min(conflicts, from + limit);
        return new Document("totalConflicts", conflicts)
                .append("lastHour", 2)
                .append(
                        "items",
                        IntStream.range(from, to).mapToObj(this::conflict).toList())
                .append("nextCursor", to < conflicts ? String.valueOf(to) : null);
    }

    private static int number(String query, String name, int otherwise) {
        for (String part : query.split("&")) {
            if (part.startsWith(name + "=")) {
                return Integer.parseInt(part.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    Document conflict(int n) {
        ObjectId id = new ObjectId(String.format("65a1b2c3d4e5f607%08x", n));
        String winner = List.of("local", "atlas", "merged").get(n % 3);
        Document local = new Document("_id", id)
                .append("name", n == 0 ? hostile : "Flat white")
                .append("price", 4);
        if (n == 0 && hostileField != null) {
            local.append("field", hostileField);
        }
        Document atlas = new Document("_id", id)
                .append("name", n == 0 && other != null ? other : "Flat white, number " + n)
                .append("price", 4.4);
        return new Document("id", "c" + n)
                .append("collection", n % 2 == 0 ? "menuitems" : "orders")
                .append("documentId", id)
                .append("at", ago(60L * n))
                .append("device", conflictDevice)
                .append("strategy", "last-write-wins")
                .append("winner", winner)
                .append("localDocument", local)
                .append("localVersion", version("till-7"))
                .append("atlasDocument", atlas)
                .append("atlasVersion", version("till-2"))
                .append("restoredAt", null);
    }

    static Document version(String origin) {
        return new Document("at", ago(60)).append("origin", origin).append("number", "7412345678901234567");
    }

    Document quarantine() {
        Document entry = new Document("id", "q1")
                .append("collection", "menuitems")
                .append("documentId", new ObjectId("65a1b2c3d4e5f60718293a4b"))
                .append("direction", "localToAtlas")
                .append("code", "SYNC-301")
                .append("error", "E11000 duplicate key error " + SCRIPT)
                .append("localDocument", new Document("_id", 1).append("sku", SCRIPT))
                .append("atlasDocument", null)
                .append("attempts", 5)
                .append("firstAt", ago(7200))
                .append("nextAttemptAt", ago(-60));
        return new Document("total", quarantineFilled ? 1 : 0)
                .append("items", quarantineFilled ? List.of(entry) : List.of());
    }

    Document devices() {
        return new Document(
                "items",
                List.of(
                        device("till-7", 1, true, false),
                        device("bar", 900, false, false),
                        device("till-2", 2, false, true)));
    }

    static Document device(String name, int seenSeconds, boolean self, boolean clash) {
        return new Document("instanceId", name)
                .append("lastSeenAt", ago(seenSeconds))
                .append("startedAt", ago(9000))
                .append("version", "0.1.0")
                .append("role", "active")
                .append("lagMs", 42)
                .append("queueSize", 0)
                .append("clockOffsetMs", 12)
                .append("identityClash", clash)
                .append("self", self);
    }

    static Document backup(String state) {
        return new Document("state", state)
                .append("side", "local")
                .append("directory", "/var/lib/tandem/backups/local-20261126-081500")
                .append("startedAt", ago(4))
                .append("finishedAt", state.equals("running") ? null : ago(1))
                .append("progress", state.equals("running") ? progress() : null)
                .append("documents", state.equals("done") ? 15_733 : null)
                .append("bytes", state.equals("done") ? 4_812_331 : null)
                .append("error", null);
    }

    static Document progress() {
        return new Document("reason", "asked for")
                .append("collection", "orders")
                .append("documents", 4_000)
                .append("total", 10_000)
                .append("differing", 1)
                .append("percent", 40)
                .append("perSecond", 1_200.0)
                .append("remainingSeconds", 5)
                .append("startedAt", ago(4));
    }

    static Document verification(String state) {
        return new Document("state", state)
                .append("repair", false)
                .append("startedAt", ago(4))
                .append("finishedAt", null)
                .append("progress", state.equals("running") ? progress() : null)
                .append("consistent", null)
                .append("collections", List.of())
                .append("error", null);
    }
}
