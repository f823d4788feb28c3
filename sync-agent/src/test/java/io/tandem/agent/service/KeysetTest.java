package io.tandem.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.tandem.embedded.EmbeddedMongo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** Pages of every size, in both directions, over values of every type, give exactly the list that one query gives. */
class KeysetTest {
    private static final List<String> VALUES = List.of(
            "{}",
            "{\"v\":null}",
            "{\"v\":{\"$minKey\":1}}",
            "{\"v\":{\"$maxKey\":1}}",
            "{\"v\":{\"$numberDouble\":\"NaN\"}}",
            "{\"v\":{\"$numberDouble\":\"Infinity\"}}",
            "{\"v\":{\"$numberDouble\":\"-Infinity\"}}",
            "{\"v\":-1}",
            "{\"v\":{\"$numberDouble\":\"-1.0\"}}",
            "{\"v\":{\"$numberDecimal\":\"2.5\"}}",
            "{\"v\":{\"$numberLong\":\"9007199254740993\"}}",
            "{\"v\":\"\"}",
            "{\"v\":\"text\"}",
            "{\"v\":{\"a\":1}}",
            "{\"v\":{}}",
            "{\"v\":{\"$binary\":{\"base64\":\"AAE=\",\"subType\":\"00\"}}}",
            "{\"v\":{\"$oid\":\"655f00000000000000000001\"}}",
            "{\"v\":true}",
            "{\"v\":false}",
            "{\"v\":{\"$date\":\"2026-01-01T00:00:00Z\"}}",
            "{\"v\":{\"$timestamp\":{\"t\":5,\"i\":1}}}");

    @Test
    void pagesGiveExactlyWhatOneQueryGives() {
        long seed = Long.getLong("tandem.keyset.seed", 20261125L);
        Random random = new Random(seed);
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(server.uri("pages"))) {
            MongoCollection<BsonDocument> collection =
                    client.getDatabase("pages").getCollection("mixed", BsonDocument.class);
            List<BsonDocument> documents = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                VALUES.forEach(value -> documents.add(BsonDocument.parse(value)));
            }
            Collections.shuffle(documents, random);
            collection.insertMany(documents);

            for (List<String> sort :
                    List.of(List.<String>of(), List.of("v"), List.of("-v"), List.of("v", "-_id"), List.of("-v", "w"))) {
                Keyset keyset = Keyset.of(sort);
                List<BsonDocument> all = collection.find().sort(keyset.sort()).into(new ArrayList<>());
                for (int size : List.of(1, 4, 7)) {
                    assertThat(paged(collection, keyset, size))
                            .as("sort " + sort + ", pages of " + size + ", seed " + seed)
                            .containsExactlyElementsOf(all);
                }
            }
        }
    }

    private static List<BsonDocument> paged(MongoCollection<BsonDocument> collection, Keyset keyset, int size) {
        List<BsonDocument> seen = new ArrayList<>();
        List<BsonDocument> page =
                collection.find().sort(keyset.sort()).limit(size).into(new ArrayList<>());
        while (!page.isEmpty() && seen.size() < 1_000) {
            seen.addAll(page);
            String cursor = keyset.cursor(page.get(page.size() - 1));
            page = collection
                    .find(keyset.after(cursor))
                    .sort(keyset.sort())
                    .limit(size)
                    .into(new ArrayList<>());
        }
        return seen;
    }

    @Test
    void aCursorOfAnotherOrderIsRefused() {
        String cursor = Keyset.of(List.of("a")).cursor(BsonDocument.parse("{\"_id\":1,\"a\":2}"));

        assertThatThrownBy(() -> Keyset.of(List.of("-a")).after(cursor)).isInstanceOf(ServiceException.class);
        assertThatThrownBy(() -> Keyset.of(List.of("b")).after(cursor)).isInstanceOf(ServiceException.class);
        assertThatThrownBy(() -> Keyset.of(List.of()).after("%%%")).isInstanceOf(ServiceException.class);
        assertThat(Keyset.of(List.of("a")).after(cursor)).isNotEmpty();
    }

    @Test
    void moreThanFourFieldsOrOperatorsAreRefused() {
        assertThatThrownBy(() -> Keyset.of(List.of("a", "b", "c", "d", "e"))).isInstanceOf(ServiceException.class);
        assertThatThrownBy(() -> Keyset.of(List.of("$a"))).isInstanceOf(ServiceException.class);
        assertThatThrownBy(() -> Keyset.of(List.of(""))).isInstanceOf(ServiceException.class);
    }
}
