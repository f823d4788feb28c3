package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.bson.BsonRegularExpression;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.MaxKey;
import org.bson.types.MinKey;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection with indexes answers every query as one without them does. */
class IndexedQueryTest {
    private static final int DOCUMENTS = 300;
    private static final int QUERIES = 60;
    private static final List<Document> ORDERS = List.of(
            new Document("a", 1),
            new Document("b", 1),
            new Document("b", 1).append("a", -1),
            new Document("b", 1).append("a", 1),
            new Document("c", 1),
            new Document("a", 1).append("b", 1));

    @TempDir
    private Path directory = Path.of("unset");

    private EmbeddedMongo server;
    private MongoClient client;
    private MongoCollection<Document> plain;
    private MongoCollection<Document> indexed;

    @BeforeEach
    void start() {
        server = EmbeddedMongo.builder().directory(directory).build().start();
        client = MongoClients.create(server.uri());
        plain = client.getDatabase("test").getCollection("plain");
        indexed = client.getDatabase("test").getCollection("indexed");
        indexed.createIndex(new Document("a", 1));
        indexed.createIndex(new Document("b", 1).append("a", -1));
        indexed.createIndex(new Document("c", 1), new IndexOptions().sparse(true));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static final List<Function<Random, Object>> SCALARS = List.of(
            random -> random.nextInt(20),
            random -> (long) random.nextInt(20),
            random -> random.nextInt(40) / 2.0,
            random -> new Decimal128(BigDecimal.valueOf(random.nextInt(200), 1)),
            random -> Double.NaN,
            random -> "text " + random.nextInt(10),
            random -> new Date(random.nextInt(5)),
            random -> new BsonTimestamp(random.nextInt(5), 1),
            random -> new ObjectId(random.nextInt(5), 1),
            random -> random.nextBoolean(),
            random -> new Document("x", random.nextInt(4)).append("y", "z"),
            random -> new Document(),
            random -> new Binary(new byte[] {(byte) random.nextInt(4)}),
            random -> new BsonUndefined(),
            random -> new BsonRegularExpression("r" + random.nextInt(3)),
            random -> new MinKey(),
            random -> new MaxKey());

    private static Object scalar(Random random) {
        return SCALARS.get(random.nextInt(SCALARS.size())).apply(random);
    }

    private static void fill(Document document, String field, Random random, boolean arrays) {
        int kind = random.nextInt(12);
        if (kind == 0) {
            document.append(field, null);
        } else if (arrays && kind < 3) {
            document.append(field, List.of(scalar(random), scalar(random)));
        } else if (kind > 3) {
            document.append(field, scalar(random));
        }
    }

    private void fill(Random random, boolean arrays) {
        List<Document> documents = new ArrayList<>();
        for (int id = 0; id < DOCUMENTS; id++) {
            Document document = new Document("_id", id);
            // Two arrays in one index are refused.
            fill(document, "a", random, false);
            fill(document, "b", random, arrays);
            fill(document, "c", random, arrays);
            documents.add(document);
        }
        plain.insertMany(documents);
        indexed.insertMany(documents);
    }

    private static Object condition(Random random) {
        Document operators = new Document();
        for (int i = 0; i <= random.nextInt(2); i++) {
            String operator = List.of("$gt", "$gte", "$lt", "$lte", "$eq", "$ne", "$in", "$exists")
                    .get(random.nextInt(8));
            Object operand = scalar(random);
            while (operand instanceof BsonRegularExpression || operand instanceof BsonUndefined) {
                operand = scalar(random);
            }
            operators.append(
                    operator,
                    switch (operator) {
                        case "$in" -> List.of(operand, random.nextInt(20));
                        case "$exists" -> random.nextBoolean();
                        default -> random.nextInt(10) == 0 && !operator.equals("$ne") ? null : operand;
                    });
        }
        return operators;
    }

    private static Document filter(Random random) {
        Document filter = new Document();
        for (String field : List.of("a", "b", "c")) {
            if (random.nextInt(3) == 0) {
                filter.append(field, condition(random));
            }
        }
        return filter;
    }

    private static List<Object> ids(Iterable<Document> found) {
        List<Object> ids = new ArrayList<>();
        found.forEach(document -> ids.add(document.get("_id")));
        return ids;
    }

    private static Document backwards(Document order) {
        Document result = new Document();
        order.forEach((field, direction) -> result.append(field, -(int) direction));
        return result;
    }

    /** For each document its place, equal for those that the order does not tell apart. */
    private Map<Object, Integer> ranks(Document filter, Document order) {
        List<Object> up = ids(plain.find(filter).sort(new Document(order).append("_id", 1)));
        List<Object> down = ids(plain.find(filter).sort(new Document(order).append("_id", -1)));
        Map<Object, Integer> ranks = new HashMap<>();
        Set<Object> open = new HashSet<>();
        int rank = 0;
        for (int i = 0; i < up.size(); i++) {
            ranks.put(up.get(i), rank);
            for (Object id : List.of(up.get(i), down.get(i))) {
                if (!open.remove(id)) {
                    open.add(id);
                }
            }
            rank += open.isEmpty() ? 1 : 0;
        }
        return ranks;
    }

    private void compare(Random random) {
        for (int i = 0; i < QUERIES; i++) {
            Document filter = filter(random);
            assertThat(ids(indexed.find(filter)))
                    .as("%s", filter)
                    .containsExactlyInAnyOrderElementsOf(ids(plain.find(filter)));
            assertThat(indexed.countDocuments(filter)).as("count %s", filter).isEqualTo(plain.countDocuments(filter));
            Document order = ORDERS.get(random.nextInt(ORDERS.size()));
            order = random.nextBoolean() ? order : backwards(order);
            int limit = random.nextInt(30);
            Map<Object, Integer> ranks = ranks(filter, order);
            List<Object> found = ids(indexed.find(filter).sort(order).limit(limit));
            assertThat(found).doesNotHaveDuplicates();
            assertThat(found.stream().map(ranks::get).toList())
                    .as("%s by %s", filter, order)
                    .isEqualTo(ids(plain.find(filter).sort(order).limit(limit)).stream()
                            .map(ranks::get)
                            .toList());
        }
    }

    @RepeatedTest(8)
    void withScalars(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        fill(random, false);
        compare(random);
    }

    @RepeatedTest(4)
    void withArrays(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        fill(random, true);
        compare(random);
    }

    @Test
    void anUpdateThatMovesDocumentsAlongTheIndexChangesEachOnce() {
        fill(new Random(1), false);
        Document numbers = new Document("a", new Document("$gte", 0));

        assertThat(indexed.updateMany(numbers, Updates.inc("a", 100)).getModifiedCount())
                .isEqualTo(plain.updateMany(numbers, Updates.inc("a", 100)).getModifiedCount());

        assertThat(indexed.find().sort(Sorts.ascending("_id")))
                .containsExactlyElementsOf(plain.find().sort(Sorts.ascending("_id")));
    }

    @Test
    void aPageOfARangeIsReadWithoutTheRest() {
        List<Document> documents = new ArrayList<>();
        for (int id = 0; id < 2_000; id++) {
            documents.add(new Document("_id", id).append("c", id));
        }
        indexed.insertMany(documents);
        Document rest = new Document("c", new Document("$gt", 99));
        try (MongoCursor<Document> cursor =
                indexed.find(rest).sort(Sorts.ascending("c")).batchSize(10).cursor()) {
            assertThat(cursor.next()).containsEntry("c", 100);

            // What is read later is not known yet.
            indexed.insertOne(new Document("_id", "new").append("c", 1_000.5));

            List<Object> later = new ArrayList<>();
            cursor.forEachRemaining(document -> later.add(document.get("c")));
            assertThat(later).hasSize(1_900).containsSequence(1_000, 1_000.5, 1_001);
        }
    }
}
