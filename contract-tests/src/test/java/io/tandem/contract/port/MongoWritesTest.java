package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationStrength;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.ValidationOptions;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner.CollectionInfo;
import io.tandem.engine.scan.KeyScanner.Pages;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What MongoDB does to writes, and how the ports meet it. */
class MongoWritesTest {
    private static final String ORDERS = "orders";

    private MongoWorld world;

    @BeforeEach
    void open() {
        world = MongoWorld.create();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Outcome swap(Side side, DocKey key, Optional<Doc> seen, Optional<RawBsonDocument> next) {
        return world.target().swap(side, List.of(new Swap(key, seen, next))).get(0);
    }

    private Outcome insert(Side side, BsonDocument document) {
        return swap(
                side, DocKey.of(ORDERS, Samples.idOf(document)), Optional.empty(), Optional.of(Samples.raw(document)));
    }

    private Outcome replace(Side side, BsonDocument seen, BsonDocument next) {
        return swap(
                side, DocKey.of(ORDERS, Samples.idOf(seen)), Optional.of(doc(seen)), Optional.of(Samples.raw(next)));
    }

    private static void assertRefused(Outcome outcome, FaultCode code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private void uniqueText(Side side) {
        world.database(side).createCollection(ORDERS);
        world.collection(side, ORDERS)
                .createIndex(new BsonDocument("text", new BsonInt32(1)), new IndexOptions().unique(true));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void tellsATakenIdFromAnotherTakenUniqueValue(Side side) {
        uniqueText(side);
        world.put(side, ORDERS, document(1, "a"));
        world.put(side, ORDERS, document(2, "b"));
        assertRefused(insert(side, document(3, "a")), FaultCode.UNIQUE_INDEX);
        assertRefused(replace(side, document(2, "b"), document(2, "a")), FaultCode.UNIQUE_INDEX);
        assertThat(insert(side, document(1, "c"))).isEqualTo(Outcome.MISSED);
        assertThat(insert(side, document(1, "b"))).as("both are taken").isEqualTo(Outcome.MISSED);
    }

    @Test
    void oneRefusedDocumentDoesNotHoldBackTheOthers() {
        uniqueText(Side.HUB);
        world.put(Side.HUB, ORDERS, document(2, "b"));
        world.put(Side.HUB, ORDERS, document(1, "a"));
        List<Swap> swaps = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            RawBsonDocument next = Samples.raw(document(i + 10, i == 3 ? "a" : "new" + i));
            swaps.add(new Swap(key(ORDERS, i + 10), Optional.empty(), Optional.of(next)));
        }
        swaps.add(new Swap(
                key(ORDERS, 2), Optional.of(doc(document(2, "b"))), Optional.of(Samples.raw(document(2, "moved")))));
        List<Outcome> outcomes = world.target().swap(Side.HUB, swaps);
        assertRefused(outcomes.get(2), FaultCode.UNIQUE_INDEX);
        outcomes.stream()
                .filter(outcome -> !outcome.equals(outcomes.get(2)))
                .forEach(outcome -> assertThat(outcome).isEqualTo(Outcome.APPLIED));
    }

    private void requireNumber(Side side) {
        BsonDocument validator = new BsonDocument("text", new BsonDocument("$type", new BsonString("int")));
        world.database(side)
                .createCollection(
                        ORDERS,
                        new CreateCollectionOptions().validationOptions(new ValidationOptions().validator(validator)));
    }

    @Test
    void theHubsValidatorsHold() {
        requireNumber(Side.HUB);
        assertRefused(insert(Side.HUB, document(1, "text")), FaultCode.VALIDATION);
    }

    @Test
    void theDevicesValidatorsDoNotKeepTheHubsDocumentsOut() {
        requireNumber(Side.LOCAL);
        assertThat(insert(Side.LOCAL, document(1, "text"))).isEqualTo(Outcome.APPLIED);
        assertThat(replace(Side.LOCAL, document(1, "text"), document(1, "next")))
                .isEqualTo(Outcome.APPLIED);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void keepsDuplicateFieldNames(Side side) {
        RawBsonDocument twins = Samples.withTwins(1);
        assertThat(swap(side, key(ORDERS, 1), Optional.empty(), Optional.of(twins)))
                .isEqualTo(Outcome.APPLIED);
        assertThat(world.stored(side, key(ORDERS, 1))).contains(Doc.of(twins));
        assertThat(world.reader().readLocal(List.of(key(ORDERS, 1))).values())
                .allSatisfy(found -> assertThat(found).isEqualTo(Doc.of(twins)));
    }

    /** Servers from 5.0 on do, and so do some development versions of it. */
    private boolean storesNamesOfOperators() {
        if (majorVersion(Side.HUB) >= 5) {
            return true;
        }
        try {
            BsonDocument probe = document(2, "x").append("$price", new BsonInt32(1));
            BsonDocument whole = new BsonDocument("$replaceWith", new BsonDocument("$literal", probe));
            world.collection(Side.HUB, ORDERS)
                    .updateOne(
                            new BsonDocument("_id", new BsonInt32(2)),
                            List.of(whole),
                            new UpdateOptions().upsert(true));
            return true;
        } catch (MongoWriteException refused) {
            return false;
        }
    }

    @Test
    void replacesWithTopLevelNamesThatLookLikeOperators() {
        BsonDocument odd = document(1, "x").append("$price", new BsonInt32(1)).append("a.b", new BsonString("$text"));
        world.put(Side.HUB, ORDERS, document(1, "x"));
        if (!storesNamesOfOperators()) {
            assertRefused(replace(Side.HUB, document(1, "x"), odd), FaultCode.UNSUPPORTED_DOCUMENT);
            return;
        }
        assertThat(replace(Side.HUB, document(1, "x"), odd)).isEqualTo(Outcome.APPLIED);
        assertThat(world.stored(Side.HUB, key(ORDERS, 1))).contains(doc(odd));
        assertThat(replace(Side.HUB, odd, document(1, "y"))).isEqualTo(Outcome.APPLIED);
    }

    private int majorVersion(Side side) {
        BsonDocument info =
                world.database(side).runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class);
        return info.getArray("versionArray").get(0).asNumber().intValue();
    }

    private static BsonDocument withEmptyTimestamp(String text) {
        return document(1, text).append("at", new BsonTimestamp(0));
    }

    /** Servers put the current time in the place of an empty timestamp, unless asked in another way. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void replacesWithEmptyTimestampsAsTheyAre(Side side) {
        world.put(side, ORDERS, document(1, "x"));
        assertThat(replace(side, document(1, "x"), withEmptyTimestamp("y"))).isEqualTo(Outcome.APPLIED);
        assertThat(world.stored(side, key(ORDERS, 1))).contains(doc(withEmptyTimestamp("y")));
        assertThat(replace(side, withEmptyTimestamp("y"), withEmptyTimestamp("z")))
                .isEqualTo(Outcome.APPLIED);
        assertThat(world.stored(side, key(ORDERS, 1))).contains(doc(withEmptyTimestamp("z")));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void insertsEmptyTimestampsAsTheyAre(Side side) {
        assertThat(insert(side, withEmptyTimestamp("x"))).isEqualTo(Outcome.APPLIED);
        assertThat(insert(side, withEmptyTimestamp("x"))).isEqualTo(Outcome.MISSED);
        assertThat(world.stored(side, key(ORDERS, 1))).contains(doc(withEmptyTimestamp("x")));
    }

    @Test
    void refusesWritesToAView() {
        world.put(Side.HUB, "things", document(1, "x"));
        world.database(Side.HUB).createView(ORDERS, "things", List.of());
        assertRefused(insert(Side.HUB, document(2, "y")), FaultCode.IMMUTABLE_COLLECTION);
        assertThat(world.scanner().collections(Side.HUB))
                .contains(new CollectionInfo(ORDERS, false, "view"), new CollectionInfo("things", true, "collection"));
    }

    @Test
    void marksCappedCollections() {
        world.database(Side.HUB)
                .createCollection(
                        "events", new CreateCollectionOptions().capped(true).sizeInBytes(100_000));
        assertThat(world.scanner().collections(Side.HUB))
                .containsExactly(new CollectionInfo("events", false, "capped"));
    }

    private void caseInsensitive(Side side) {
        Collation collation = Collation.builder()
                .locale("en")
                .collationStrength(CollationStrength.SECONDARY)
                .build();
        world.database(side).createCollection(ORDERS, new CreateCollectionOptions().collation(collation));
    }

    /** There "tea" finds "TEA", as an id and as a value. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void aCollationDoesNotBlurTheGuard(Side side) {
        caseInsensitive(side);
        BsonString id = new BsonString("tea");
        world.put(side, ORDERS, document(id, "Milk"));
        assertThat(replace(side, document(id, "MILK"), document(id, "sugar"))).isEqualTo(Outcome.MISSED);
        assertThat(swap(side, DocKey.of(ORDERS, id), Optional.of(doc(document(id, "MILK"))), Optional.empty()))
                .isEqualTo(Outcome.MISSED);
        assertThat(world.stored(side, DocKey.of(ORDERS, id))).contains(doc(document(id, "Milk")));
        assertThat(replace(side, document(id, "Milk"), document(id, "sugar"))).isEqualTo(Outcome.APPLIED);
        world.put(side, ORDERS, document(1, "Milk"));
        assertThat(replace(side, document(1, "MILK"), document(1, "sugar"))).isEqualTo(Outcome.MISSED);
        assertThat(replace(side, document(1, "Milk"), document(1, "sugar"))).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void aCollationDoesNotBlurKeysNorTheirOrder() {
        caseInsensitive(Side.LOCAL);
        for (String id : List.of("b", "A", "C", "d")) {
            world.put(Side.LOCAL, ORDERS, document(new BsonString(id), "x"));
        }
        assertThat(world.reader().readLocal(List.of(DocKey.of(ORDERS, new BsonString("a")))))
                .isEmpty();
        List<BsonValue> ids = new ArrayList<>();
        try (Pages<Scanned> pages = world.scanner().documents(Side.LOCAL, ORDERS, Range.ALL)) {
            for (List<Scanned> page = pages.next(); !page.isEmpty(); page = pages.next()) {
                page.forEach(found -> ids.add(found.id()));
            }
        }
        assertThat(ids)
                .containsExactly(new BsonString("A"), new BsonString("C"), new BsonString("b"), new BsonString("d"));
    }

    /** Fields at the limit of nesting leave little room for the words around a guard. */
    @Test
    void swapsDeeplyNestedDocuments() {
        BsonDocument deep = new BsonDocument("leaf", new BsonInt32(1));
        for (int i = 0; i < 90; i++) {
            deep = new BsonDocument("d", deep);
        }
        BsonDocument seen = document(1, "x").append("deep", deep);
        world.put(Side.HUB, ORDERS, seen);
        assertThat(replace(Side.HUB, seen, document(1, "y"))).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void aDocumentWithMoreNumbersThanAGuardListsIsVerified() {
        BsonDocument many = document(1, "x");
        BsonDocument other = document(1, "x");
        for (int i = 0; i < 150; i++) {
            many.append("n" + i, new BsonInt64(i));
            other.append("n" + i, i == 140 ? new BsonDouble(i) : new BsonInt64(i));
        }
        world.put(Side.HUB, ORDERS, many);
        assertThat(replace(Side.HUB, other, document(1, "y"))).isEqualTo(Outcome.MISSED);
        assertThat(world.stored(Side.HUB, key(ORDERS, 1))).contains(doc(many));
        assertThat(replace(Side.HUB, many, document(1, "y"))).isEqualTo(Outcome.APPLIED);
    }
}
