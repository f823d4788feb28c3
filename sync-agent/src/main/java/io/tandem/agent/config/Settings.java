package io.tandem.agent.config;

import static io.tandem.agent.config.Setting.Group.CONFLICTS;
import static io.tandem.agent.config.Setting.Group.DATABASES;
import static io.tandem.agent.config.Setting.Group.DIRECTION;
import static io.tandem.agent.config.Setting.Group.ENGINE;
import static io.tandem.agent.config.Setting.Group.GUARDS;
import static io.tandem.agent.config.Setting.Group.HTTP;
import static io.tandem.agent.config.Setting.Group.OPERATIONS;

import io.tandem.agent.text.Masking;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every setting there is. {@code docs/configuration.md} is written from this list. */
public final class Settings {
    public static final Setting<MongoUri> MONGODB_URI = Setting.named("MONGODB_URI", DATABASES, MongoUri::parse)
            .required()
            .rule(
                    "must be a MongoDB connection string with a database name after the slash",
                    "mongodb://localhost:27017/bomba")
            .hides(MongoUri::mask)
            .means("The device's own database. Tandem syncs the database named in it.");

    public static final Setting<MongoUri> MONGODB_ATLAS_URI = Setting.named(
                    "MONGODB_ATLAS_URI", DATABASES, MongoUri::parse)
            .required()
            .rule(
                    "must be a MongoDB connection string",
                    "mongodb+srv://user:password@cluster0.example.mongodb.net/bomba")
            .hides(MongoUri::mask)
            .means(
                    "The hub: the database that all devices share. Without a database name it is the one of MONGODB_URI.");

    public static final Setting<Optional<String>> INSTANCE_ID = Setting.named(
                    "INSTANCE_ID", DATABASES, Parsers::optionalName)
            .rule("must be up to 64 letters, digits, '.', '_' or '-'", "till-7")
            .means("The device's name in the sync metadata. Empty: one is generated and stored in the local database.");

    public static final Setting<Boolean> BIDIRECTIONAL_SYNC_ENABLED = Setting.named(
                    "BIDIRECTIONAL_SYNC_ENABLED", DIRECTION, Parsers::bool)
            .defaultsTo("false")
            .rule("must be true or false", "true")
            .means("Whether changes travel from Atlas to this device as well. false: only from this device to Atlas."
                    + " A start always begins with this value, whatever was toggled before.");

    public static final Setting<Set<String>> BIDIRECTIONAL_EXCLUDED_COLLECTIONS = Setting.named(
                    "BIDIRECTIONAL_EXCLUDED_COLLECTIONS", DIRECTION, Parsers::collections)
            .defaultsTo("sessions,logs,notifications,_sync_metadata")
            .rule("must be collection names separated by commas, or none", "sessions,logs,notifications")
            .means("Collections that are never changed from Atlas; their local changes still go to Atlas."
                    + " Internal collections (_sync_*) never sync at all.");

    public static final Setting<Map<String, String>> COLLECTION_MODES = Setting.named(
                    "COLLECTION_MODES",
                    DIRECTION,
                    Parsers.byCollection(Parsers.oneOf("both", "push-only", "observe", "paused")))
            .rule(
                    "must be collection=mode pairs with the modes both, push-only, observe, paused",
                    "orders=observe,bills=push-only")
            .means("Modes of single collections; the stricter of this and the rules above holds."
                    + " observe plans everything and writes nothing.");

    public static final Setting<Boolean> SYNC_INDEXES = Setting.named("SYNC_INDEXES", DIRECTION, Parsers::bool)
            .defaultsTo("false")
            .rule("must be true or false", "true")
            .means("Whether the indexes of a collection that is new on one side are copied from the other.");

    public static final Setting<String> CONFLICT_RESOLUTION_STRATEGY = Setting.named(
                    "CONFLICT_RESOLUTION_STRATEGY", CONFLICTS, Parsers::strategy)
            .defaultsTo("last-write-wins")
            .rule(
                    "must be last-write-wins, local-wins, atlas-wins, field-merge, or the name of a custom resolver",
                    "field-merge")
            .means("Who wins when a document was changed on both sides. The loser is kept in the conflict log.");

    public static final Setting<Map<String, String>> CONFLICT_RESOLUTION_OVERRIDES = Setting.named(
                    "CONFLICT_RESOLUTION_OVERRIDES", CONFLICTS, Parsers.byCollection(Parsers::strategy))
            .rule("must be collection=strategy pairs separated by commas", "inventory=field-merge,settings=atlas-wins")
            .means("Strategies of single collections.");

    public static final Setting<Map<String, Set<String>>> CONFLICT_MERGE_COUNTERS = Setting.named(
                    "CONFLICT_MERGE_COUNTERS", CONFLICTS, Parsers::fieldPaths)
            .rule("must be collection.field paths separated by commas", "inventory.quantity,orders.totals.paid")
            .means("Numeric fields whose concurrent increases and decreases add up in a field-merge.");

    public static final Setting<Map<String, Set<String>>> CONFLICT_MERGE_SETS = Setting.named(
                    "CONFLICT_MERGE_SETS", CONFLICTS, Parsers::fieldPaths)
            .rule("must be collection.field paths separated by commas", "menuitems.tags")
            .means("Array fields that merge as sets in a field-merge: additions and removals of both sides are kept.");

    public static final Setting<String> INITIAL_SYNC_PREFERENCE = Setting.named(
                    "INITIAL_SYNC_PREFERENCE", CONFLICTS, Parsers.oneOf("newest", "atlas", "local"))
            .defaultsTo("newest")
            .rule("must be newest, atlas or local", "atlas")
            .means("Who wins at the first contact of two documents with one _id and different content:"
                    + " the younger by an updatedAt-like field (else atlas), or always one side.");

    public static final Setting<Integer> ATLAS_CHANGE_STREAM_BATCH_SIZE = Setting.named(
                    "ATLAS_CHANGE_STREAM_BATCH_SIZE", ENGINE, Parsers.integer(1, 1000))
            .defaultsTo("100")
            .rule("must be a whole number from 1 to 1000", "50")
            .means("Changes handled together; of a backlog up to four times as many.");

    public static final Setting<Duration> ORIGIN_TRACKING_CLEANUP_INTERVAL = Setting.named(
                    "ORIGIN_TRACKING_CLEANUP_INTERVAL", ENGINE, between(Duration.ofSeconds(1), Duration.ofDays(1)))
            .defaultsTo("60000")
            .rule("must be a time from 1s to 1d; plain numbers are milliseconds", "60s")
            .means("How long the agent remembers its own writes to recognise their echoes.");

    public static final Setting<Duration> CHANGE_STREAM_RECONNECT_INTERVAL = Setting.named(
                    "CHANGE_STREAM_RECONNECT_INTERVAL", ENGINE, between(Duration.ofMillis(100), Duration.ofHours(1)))
            .defaultsTo("5000")
            .rule("must be a time from 100ms to 1h; plain numbers are milliseconds", "5s")
            .means("The first pause before a lost connection is tried again; grows with jitter.");

    public static final Setting<Integer> CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS = Setting.named(
                    "CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS", ENGINE, Parsers.integer(1, 1_000_000))
            .defaultsTo("10")
            .rule("must be a whole number from 1 to 1000000", "10")
            .means("Failed attempts after which the state is unhealthy and an alert is raised. Attempts go on.");

    public static final Setting<Duration> LOCAL_POLL_INTERVAL = Setting.named(
                    "LOCAL_POLL_INTERVAL", ENGINE, between(Duration.ofMillis(100), Duration.ofHours(1)))
            .defaultsTo("5000")
            .rule("must be a time from 100ms to 1h; plain numbers are milliseconds", "5s")
            .means("The pause between two scans of a standalone local server, which has no change streams.");

    public static final Setting<Integer> MAX_DELETE_PERCENT = Setting.named(
                    "MAX_DELETE_PERCENT", GUARDS, Parsers.integer(1, 100))
            .defaultsTo("50")
            .rule("must be a whole number from 1 to 100", "30")
            .means("The share of a collection that may be deleted at once; more waits for a person.");

    public static final Setting<Integer> MAX_DELETE_MIN = Setting.named(
                    "MAX_DELETE_MIN", GUARDS, Parsers.integer(0, 1_000_000_000))
            .defaultsTo("20")
            .rule("must be a whole number from 0", "20")
            .means("Collections with this many documents or fewer are not guarded by the share.");

    public static final Setting<Integer> TOMBSTONE_RETENTION_DAYS = Setting.named(
                    "TOMBSTONE_RETENTION_DAYS", GUARDS, Parsers.integer(1, 3650))
            .defaultsTo("90")
            .rule("must be a whole number of days from 1 to 3650", "90")
            .means("How long deletes are remembered. Longer than any device is ever offline.");

    public static final Setting<Integer> PORT = Setting.named("PORT", HTTP, Parsers.integer(0, 65535))
            .defaultsTo("5000")
            .rule("must be a whole number from 0 to 65535; 0 takes any free port", "5000")
            .means("The port of REST and dashboard.");

    public static final Setting<String> HOST = Setting.named("HOST", HTTP, Settings::host)
            .defaultsTo("127.0.0.1")
            .rule("must be an address or host name; other than loopback only with API_TOKENS", "0.0.0.0")
            .means("The address to listen on.");

    public static final Setting<List<ApiToken>> API_TOKENS = Setting.named("API_TOKENS", HTTP, Parsers::tokens)
            .rule(
                    "must be name:role:token entries separated by commas, roles read, write, admin, tokens of at least "
                            + Parsers.TOKEN_LENGTH_MIN + " characters",
                    "office:admin:3f1c9a77d2e84b06,till:read:b3a90c55e1d74f28")
            .hides(Parsers::maskTokens)
            .means("Who may call. Empty: only this machine, without login.");

    public static final Setting<Optional<String>> TLS_CERT = Setting.named("TLS_CERT", HTTP, Parsers::optional)
            .rule("must be the path of a PEM file with the certificate chain", "/etc/tandem/tls.crt")
            .means("Serve HTTPS with this certificate. Needs TLS_KEY. Read again when the file changes.");

    public static final Setting<Optional<String>> TLS_KEY = Setting.named("TLS_KEY", HTTP, Parsers::optional)
            .rule("must be the path of a PEM file with the unencrypted private key", "/etc/tandem/tls.key")
            .means("The private key of TLS_CERT.");

    public static final Setting<Map<String, String>> API_RESOURCES = Setting.named(
                    "API_RESOURCES", HTTP, Parsers::resources)
            .defaultsTo("menu=menuitems")
            .rule("must be resource=collection pairs separated by commas", "menu=menuitems,staff=users")
            .means("Other names for collections in the document API: /api/menu is the collection menuitems."
                    + " Every other /api/{name} is the collection of that name.");

    public static final Setting<String> LOG_DIR = Setting.named("LOG_DIR", OPERATIONS, Function.identity())
            .defaultsTo("logs")
            .rule("must be a directory that can be written", "/var/log/tandem")
            .means("Where app.log, error.log and audit.log are written.");

    public static final Setting<String> LOG_FORMAT = Setting.named(
                    "LOG_FORMAT", OPERATIONS, Parsers.oneOf("text", "json"))
            .defaultsTo("text")
            .rule("must be text or json", "json")
            .means("The form of log lines: text for people, or one JSON object a line.");

    public static final Setting<String> BACKUP_DIR = Setting.named("BACKUP_DIR", OPERATIONS, Function.identity())
            .defaultsTo("backups")
            .rule("must be a directory that can be written", "/var/backups/tandem")
            .means(
                    "Where backups that are asked for in the dashboard or by HTTP are written, each in a directory of its own.");

    public static final Setting<Optional<URI>> ALERT_WEBHOOK_URL = Setting.named(
                    "ALERT_WEBHOOK_URL", OPERATIONS, Parsers::webhook)
            .rule("must be an http:// or https:// URL", "https://hooks.example.com/services/T000/B000/XXXX")
            .hides(Settings::hidePath)
            .means(
                    "Where alerts are posted as JSON (with a text that Slack understands) when they are raised and cleared.");

    public static final Setting<Optional<String>> ALERT_WEBHOOK_SECRET = Setting.named(
                    "ALERT_WEBHOOK_SECRET", OPERATIONS, Parsers::optional)
            .rule("must be a text that the receiver knows too", "b7c1f0e95a6d4c2f")
            .hidesAll()
            .means("Signs each post: X-Tandem-Signature is the HMAC-SHA256 of X-Tandem-Timestamp, a dot and the body.");

    private static final List<Setting<?>> ALL = List.of(
            MONGODB_URI,
            MONGODB_ATLAS_URI,
            INSTANCE_ID,
            BIDIRECTIONAL_SYNC_ENABLED,
            BIDIRECTIONAL_EXCLUDED_COLLECTIONS,
            COLLECTION_MODES,
            SYNC_INDEXES,
            CONFLICT_RESOLUTION_STRATEGY,
            CONFLICT_RESOLUTION_OVERRIDES,
            CONFLICT_MERGE_COUNTERS,
            CONFLICT_MERGE_SETS,
            INITIAL_SYNC_PREFERENCE,
            ATLAS_CHANGE_STREAM_BATCH_SIZE,
            ORIGIN_TRACKING_CLEANUP_INTERVAL,
            CHANGE_STREAM_RECONNECT_INTERVAL,
            CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS,
            LOCAL_POLL_INTERVAL,
            MAX_DELETE_PERCENT,
            MAX_DELETE_MIN,
            TOMBSTONE_RETENTION_DAYS,
            PORT,
            HOST,
            API_TOKENS,
            TLS_CERT,
            TLS_KEY,
            API_RESOURCES,
            LOG_DIR,
            LOG_FORMAT,
            BACKUP_DIR,
            ALERT_WEBHOOK_URL,
            ALERT_WEBHOOK_SECRET);

    private Settings() {}

    /** All of them, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** Their names, in the same order. */
    public static List<String> names() {
        return ALL.stream().map(Setting::name).toList();
    }

    static Stream<Setting<?>> required() {
        return ALL.stream().filter(Setting::required);
    }

    private static Function<String, Duration> between(Duration min, Duration max) {
        return Parsers.duration(min, max);
    }

    private static String host(String text) {
        if (!text.matches("[A-Za-z0-9._:-]{1,253}|\\[[0-9A-Fa-f:]+\\]")) {
            throw new IllegalArgumentException("is neither an address nor a host name");
        }
        return text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    }

    private static String hidePath(String url) {
        int host = url.indexOf("://");
        if (host < 0 || url.indexOf('@') >= 0) {
            return url.isEmpty() ? url : Masking.HIDDEN;
        }
        int end = host + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return end == url.length() ? url : url.substring(0, end + 1) + Masking.HIDDEN;
    }
}
