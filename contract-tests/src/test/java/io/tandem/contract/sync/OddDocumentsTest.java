package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.tandem.contract.port.Servers;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.DocKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Applications on both sides insert, replace and delete the oddest documents, under the oddest ids, mostly the same ones, while the
 * engine is stopped and started: both sides end up equal. {@code -Dodd.seed=...} for the same documents again,
 * {@code -Dodd.rounds=...} for more than two.
 */
class OddDocumentsTest {
    private static final int WIRE_5_0 = 13;
    private static final int ROUNDS = Integer.getInteger("odd.rounds", 2);
    private static final int WRITES = 150;
    private static final long PAUSE_NANOS = 3_000_000;
    private static final List<BsonValue> IDS = List.of(
            BsonNull.VALUE,
            new BsonInt32(7),
            new BsonInt64(7),
            new BsonDouble(7),
            new BsonDecimal128(Decimal128.parse("7.0")),
            new BsonDouble(Double.NaN),
            new BsonDouble(-0.0),
            new BsonInt32(0),
            new BsonString("7"),
            new BsonSymbol("7"),
            new BsonString(""),
            new BsonString("a\u0000"),
            new BsonDocument(),
            new BsonDocument("a", new BsonInt32(1)),
            new BsonDocument("a", new BsonDouble(1)),
            new BsonDocument("b", new BsonArray(List.of(new BsonInt32(1), BsonNull.VALUE))),
            new BsonBinary((byte) 4, new byte[16]),
            new BsonBinary((byte) 0, new byte[16]),
            new BsonObjectId(new ObjectId(0, 0)),
            BsonBoolean.TRUE,
            new BsonDateTime(7),
            new BsonTimestamp(0, 7),
            new BsonMinKey(),
            new BsonMaxKey());

    private final long seed = Long.getLong("odd.seed", System.nanoTime());
    private final ExecutorService applications = Executors.newFixedThreadPool(2);

    @AfterEach
    void close() {
        applications.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"newest", Pair.MERGED})
    void bothSidesEndUpEqual(String collection) throws Exception {
        endUpEqual(Servers.localUri(), collection);
    }

    @Test
    void bothSidesEndUpEqualWithoutChangeStreams() throws Exception {
        endUpEqual(Servers.standaloneUri(), "newest");
    }

    private void endUpEqual(String deviceUri, String collection) throws Exception {
        System.err.println("odd.seed=" + seed);
        try (Pair pair = new Pair(deviceUri, Servers.hubUri())) {
            boolean dollars = Math.min(wireVersion(pair.device()), wireVersion(pair.hub())) >= WIRE_5_0;
            Application onDevice = new Application(pair.device(), collection, seed, dollars);
            Application onHub = new Application(pair.hub(), collection, seed + 1, dollars);
            for (int round = 0; round < ROUNDS; round++) {
                boolean offline = round % 2 == 1;
                if (!offline) {
                    pair.engine().start();
                }
                for (Future<Void> done : applications.invokeAll(List.of(onDevice, onHub))) {
                    done.get();
                }
                if (offline) {
                    pair.engine().start();
                }
                Pair.until(() -> {
                    assertThat(pair.engine().status().queueSize()).isZero();
                    assertThat(contents(pair.device(), collection)).isEqualTo(contents(pair.hub(), collection));
                });
                assertThat(pair.engine().status().quarantined()).isZero();
                pair.stopEngine();
            }
            assertThat(contents(pair.hub(), collection)).hasSizeGreaterThan(5);
            if (!collection.equals(Pair.MERGED)) {
                contents(pair.hub(), collection)
                        .forEach((key, content) -> assertThat(List.of(onDevice.last(key), onHub.last(key)))
                                .as("%s holds what one of them wrote last", key)
                                .contains(Optional.of(content)));
            }
        }
    }

    private static int wireVersion(MongoDatabase database) {
        return database.runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class)
                .getNumber("maxWireVersion")
                .intValue();
    }

    /** An application that reads, changes and writes back, as most do, and now and then deletes. */
    private static final class Application implements Callable<Void> {
        private final MongoDatabase database;
        private final MongoCollection<BsonDocument> documents;
        private final OddDocuments odd;
        private final Random random;
        private final Map<DocKey, String> written = new HashMap<>();

        Application(MongoDatabase database, String collection, long seed, boolean dollars) {
            this.database = database;
            this.documents = database.getCollection(collection, BsonDocument.class);
            this.odd = new OddDocuments(seed, dollars);
            this.random = new Random(seed);
        }

        @Override
        public Void call() {
            for (int i = 0; i < WRITES; i++) {
                BsonValue id = IDS.get(random.nextInt(IDS.size()));
                BsonDocument filter = new BsonDocument("_id", id);
                DocKey key = DocKey.of(documents.getNamespace().getCollectionName(), id);
                BsonDocument found = documents.find(filter).first();
                if (found != null && random.nextInt(8) == 0) {
                    documents.deleteOne(filter);
                    written.remove(key);
                } else {
                    BsonDocument before = found == null ? odd.document() : found;
                    BsonValue sameId = found == null ? id : before.get("_id");
                    before.remove("_id");
                    before.remove("_sync");
                    BsonDocument next = new BsonDocument("_id", sameId);
                    next.putAll(odd.changed(before));
                    replace(filter, next);
                    written.put(key, comparable(next));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            return null;
        }

        /** By the bare command; the driver's own method minds names that begin with a dollar sign. */
        private void replace(BsonDocument filter, BsonDocument next) {
            BsonDocument statement =
                    new BsonDocument("q", filter).append("u", next).append("upsert", BsonBoolean.TRUE);
            BsonDocument answer = database.runCommand(
                    new BsonDocument(
                                    "update",
                                    new BsonString(documents.getNamespace().getCollectionName()))
                            .append("updates", new BsonArray(List.of(statement))),
                    BsonDocument.class);
            assertThat(answer).as("%s", statement).doesNotContainKey("writeErrors");
        }

        Optional<String> last(DocKey key) {
            return Optional.ofNullable(written.get(key));
        }
    }

    private static Map<DocKey, String> contents(MongoDatabase database, String collection) {
        Map<DocKey, String> found = new HashMap<>();
        Set<DocKey> twice = new HashSet<>();
        database.getCollection(collection, BsonDocument.class).find().forEach(document -> {
            DocKey key = DocKey.of(collection, document.get("_id"));
            if (found.put(key, comparable(document)) != null) {
                twice.add(key);
            }
        });
        assertThat(twice).isEmpty();
        return found;
    }

    /** Every byte and, for people, text; without metadata and id, and without what docs/protocol.md does not promise. */
    private static String comparable(BsonDocument document) {
        BsonDocument result = (BsonDocument) promised(document);
        result.remove("_id");
        result.remove("_sync");
        return HexFormat.of().formatHex(BsonBytes.encode(result)) + " " + result;
    }

    private static BsonValue promised(BsonValue value) {
        return switch (value.getBsonType()) {
            case DOUBLE -> promised(value.asDouble().getValue());
            case DECIMAL128 -> promised(value.asDecimal128().getValue());
            case ARRAY -> {
                List<BsonValue> elements = new ArrayList<>();
                value.asArray().forEach(each -> elements.add(promised(each)));
                yield new BsonArray(elements);
            }
            case DOCUMENT -> {
                BsonDocument result = new BsonDocument();
                value.asDocument().forEach((name, each) -> result.put(name, promised(each)));
                yield result;
            }
            case JAVASCRIPT_WITH_SCOPE ->
                new BsonJavaScriptWithScope(
                        value.asJavaScriptWithScope().getCode(),
                        promised(value.asJavaScriptWithScope().getScope()).asDocument());
            default -> value;
        };
    }

    private static BsonValue promised(double value) {
        return new BsonDouble(value == 0 ? 0 : Double.isNaN(value) ? Double.NaN : value);
    }

    private static BsonValue promised(Decimal128 value) {
        if (value.isNaN()) {
            return new BsonDecimal128(Decimal128.NaN);
        }
        if (value.isInfinite()) {
            return new BsonDecimal128(value);
        }
        BigDecimal plain = value.isNegative() && value.toString().matches("-0(\\.0*)?(E[-+]?\\d+)?")
                ? BigDecimal.ZERO
                : value.bigDecimalValue();
        return new BsonDecimal128(new Decimal128(plain.signum() == 0 ? BigDecimal.ZERO : plain.stripTrailingZeros()));
    }
}
