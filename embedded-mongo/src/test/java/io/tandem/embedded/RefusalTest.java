package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server does not do it says, with the code of a real one; nothing a client asks for is left out in silence. */
class RefusalTest {
    private static EmbeddedMongo server;
    private static MongoClient client;
    private static MongoDatabase database;
    private static MongoCollection<Document> collection;

    @BeforeAll
    static void start() {
        server = EmbeddedMongo.builder().build().start();
        client = MongoClients.create(server.uri());
        database = client.getDatabase("test");
        collection = database.getCollection("c");
        collection.insertOne(new Document("_id", 1).append("a", "x"));
        database.createView("v", "c", List.of());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{find: 'c', nosuch: 1} | 40415",
                "{find: 'c', returnKey: true} | 115",
                "{find: 'c', showRecordId: true} | 115",
                "{find: 'c', hint: 'nosuch_1'} | 2",
                "{find: 'c', hint: {nosuch: 1}} | 2",
                "{find: 'c', readConcern: {level: 'snapshot'}} | 115",
                "{find: 'c', readConcern: {level: 'nosuch'}} | 2",
                "{count: 'c', query: {}, nosuch: 1} | 40415",
                "{distinct: 'c', key: 'a', nosuch: 1} | 40415",
                "{aggregate: 'c', pipeline: [], cursor: {}, nosuch: 1} | 40415",
                "{aggregate: 'c', pipeline: [{$merge: {into: 'd', whenMatched: 'nosuch'}}], cursor: {}} | 2",
                "{aggregate: 'c', pipeline: [{$merge: {into: 'd', whenNotMatched: 'nosuch'}}], cursor: {}} | 2",
                "{aggregate: 'c', pipeline: [{$merge: {into: 'd', let: {x: 1}}}], cursor: {}} | 115",
                "{aggregate: 'c', pipeline: [{$merge: {into: 'd', nosuch: 1}}], cursor: {}} | 40415",
                "{insert: 'c', documents: [{}], nosuch: 1} | 40415",
                "{findAndModify: 'c', query: {}, update: {$set: {b: 1}}, nosuch: 1} | 40415",
                "{findandmodify: 'c', query: {}, update: {$set: {b: 1}}, nosuch: 1} | 40415",
                "{create: 't', timeseries: {timeField: 't'}} | 115",
                "{create: 't', clusteredIndex: {key: {_id: 1}, unique: true}} | 115",
                "{create: 't', expireAfterSeconds: 5} | 115",
                "{collMod: 'c', viewOn: 'd'} | 72",
                "{collMod: 'c', index: {name: '_id_', hidden: true}} | 115",
                "{collMod: 'v', validator: {a: 1}} | 72",
                "{explain: {find: 'c'}} | 59",
                "{mapReduce: 'c'} | 59"
            })
    void refusesTheCommand(String command, int code) {
        assertThatThrownBy(() -> database.runCommand(Document.parse(command)))
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getCode()).isEqualTo(code));
        assertThat(collection.countDocuments()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{update: 'c', updates: [{q: {}, u: {$set: {b: 1}}, nosuch: 1}]} | 40415",
                "{update: 'c', updates: [{q: {}, u: {$set: {b: 1}}, hint: 'nosuch_1'}]} | 2",
                "{delete: 'c', deletes: [{q: {}, limit: 1, nosuch: 1}]} | 40415",
                "{delete: 'c', deletes: [{q: {}, limit: 1, hint: 'nosuch_1'}]} | 2"
            })
    void refusesTheStatement(String command, int code) {
        Document reply = database.runCommand(Document.parse(command));
        assertThat(reply.getList("writeErrors", Document.class))
                .extracting(error -> error.getInteger("code"))
                .containsExactly(code);
        assertThat(collection.countDocuments()).isEqualTo(1);
    }

    @Test
    void takesWhatDriversAndShellsSend() {
        Document find = Document.parse(
                "{find: 'c', filter: {}, hint: {_id: 1.0}, allowDiskUse: true, noCursorTimeout: false,"
                        + " readConcern: {level: 'majority'}, comment: 'x', maxTimeMS: 60000, batchSize: 5, singleBatch: true}");
        assertThat(database.runCommand(find).get("ok")).isEqualTo(1.0);
        Document delete =
                Document.parse("{delete: 'c', deletes: [{q: {_id: 'none'}, limit: 1, collation: {locale: 'simple'}}],"
                        + " ordered: false, bypassDocumentValidation: true, comment: 'x'}");
        assertThat(database.runCommand(delete)).containsEntry("n", 0).doesNotContainKey("writeErrors");
    }

    @Test
    void viewsHaveDistinctValues() {
        assertThat(database.getCollection("v").distinct("a", String.class).into(new ArrayList<>()))
                .containsExactly("x");
    }

    @Test
    void theDirectionOfAnIndexMayBeAnyNumber() {
        MongoCollection<Document> indexed = database.getCollection("indexed");
        indexed.createIndex(Indexes.ascending("k"));
        Document again = Document.parse("{createIndexes: 'indexed', indexes: [{key: {k: 1.0}, name: 'k_1'}]}");
        assertThat(database.runCommand(again)).containsEntry("numIndexesAfter", 2);
        database.runCommand(Document.parse("{dropIndexes: 'indexed', index: {k: {$numberLong: '1'}}}"));
        assertThat(indexed.listIndexes().into(new ArrayList<>())).hasSize(1);
        indexed.drop();
    }

    @Test
    void aClientThatIsGoneDoesNotKeepOthersFromWriting() {
        MongoCollection<Document> other = database.getCollection("other");
        MongoClient leaving = MongoClients.create(server.uri());
        ClientSession session = leaving.startSession();
        session.startTransaction();
        leaving.getDatabase("test").getCollection("other").insertOne(session, new Document("_id", 1));
        leaving.close();

        long begun = System.nanoTime();
        other.insertOne(new Document("_id", 2));

        assertThat(other.countDocuments()).isEqualTo(1);
        assertThat(System.nanoTime() - begun)
                .as("the transaction would have lasted for a minute")
                .isLessThan(45_000_000_000L);
        other.updateOne(Filters.eq("_id", 2), Updates.set("n", 1));
        other.drop();
    }

    /** Servers take such names in an insert and in an update beside them; before 5.0 not in what replaces a document. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 13, 17})
    void nestedNamesThatLookLikeOperatorsAreNotReplacedBefore50(int wireVersion) {
        try (EmbeddedMongo other =
                        EmbeddedMongo.builder().wireVersion(wireVersion).build().start();
                MongoClient toOther = MongoClients.create(other.uri())) {
            MongoCollection<Document> documents = toOther.getDatabase("test").getCollection("c");
            Document nested = new Document("list", List.of(new Document("$price", 1)));
            documents.insertOne(new Document("_id", 1).append("nested", nested));
            documents.updateOne(Filters.eq("_id", 1), Updates.set("more", 1));
            Document next = new Document("nested", nested).append("next", 1);
            List<Document> pipeline = List.of(
                    new Document("$replaceWith", new Document("$literal", new Document("_id", 1).append("n", nested))));

            if (wireVersion >= 13) {
                documents.replaceOne(Filters.eq("_id", 1), next);
                documents.updateOne(Filters.eq("_id", 1), pipeline);
            } else {
                assertThatThrownBy(() -> documents.replaceOne(Filters.eq("_id", 1), next))
                        .isInstanceOfSatisfying(
                                MongoWriteException.class,
                                e -> assertThat(e.getCode()).isEqualTo(52));
                assertThatThrownBy(() -> documents.updateOne(Filters.eq("_id", 1), pipeline))
                        .isInstanceOfSatisfying(
                                MongoWriteException.class,
                                e -> assertThat(e.getCode()).isEqualTo(52));
                assertThat(documents.find().first()).containsEntry("more", 1);
            }
        }
    }
}
