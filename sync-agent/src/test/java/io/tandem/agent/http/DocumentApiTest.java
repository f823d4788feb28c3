package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.embedded.EmbeddedMongo;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The document API over real HTTP and a real collection, as an application uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentApiTest {
    private final EmbeddedMongo local = EmbeddedMongo.builder().build();
    private AgentUnderTest agent;

    @BeforeAll
    void start(@TempDir Path logs) {
        local.start();
        agent = AgentUnderTest.start(
                logs, "MONGODB_URI", local.uri("bomba"), "API_RESOURCES", "menu=menuitems,drinks=Getr\u00e4nke 2026");
    }

    @AfterAll
    void stop() {
        agent.close();
        local.close();
    }

    @Test
    void createsReadsChangesAndDeletes() {
        HttpResponse<String> created = agent.call("POST", "/api/menu", "{\"name\":\"Tea\",\"price\":2,\"tags\":[1]}");
        assertThat(created.statusCode()).isEqualTo(201);
        String location = created.headers().firstValue("Location").orElseThrow();
        assertThat(location).matches("/api/menu/[0-9a-f]{24}");
        assertThat(agent.get(location).body()).isEqualTo(created.body());
        assertThat(agent.get(location).headers().firstValue("ETag"))
                .isEqualTo(created.headers().firstValue("ETag"));

        BsonDocument set =
                BsonDocument.parse(agent.call("PUT", location, "{\"price\":3}").body());
        assertThat(set.getString("name").getValue()).isEqualTo("Tea");
        assertThat(set.getNumber("price").intValue()).isEqualTo(3);

        BsonDocument merged = BsonDocument.parse(
                agent.call("PATCH", location, "{\"tags\":null,\"more\":{\"a\":{\"b\":1,\"c\":null}}}")
                        .body());
        assertThat(merged.keySet()).containsExactly("_id", "name", "price", "more");
        assertThat(merged.getDocument("more")).isEqualTo(BsonDocument.parse("{\"a\":{\"b\":1}}"));

        HttpResponse<String> gone = agent.call("DELETE", location, "");
        assertThat(gone.statusCode()).isEqualTo(204);
        assertThat(gone.body()).isEmpty();
        assertThat(gone.headers().firstValue("Content-Type")).isEmpty();
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
            assertThat(agent.call(method, location, method.startsWith("P") ? "{\"a\":1}" : "")
                            .statusCode())
                    .as(method)
                    .isEqualTo(404);
        }
    }

    @Test
    void theTagChangesWithTheContentAndGuardsWrites() {
        String path = create("{\"_id\":\"tagged\",\"n\":1}");
        String first = tag(agent.get(path));
        HttpResponse<String> changed = agent.call("PUT", path, "{\"n\":2}", "If-Match", first);
        String second = tag(changed);

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(second).isNotEqualTo(first);
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            String body = method.equals("DELETE") ? "" : "{\"n\":3}";
            for (String stale : List.of(first, "W/" + second, "\"x\"", "n", second.replace("\"", ""))) {
                assertThat(agent.call(method, path, body, "If-Match", stale).statusCode())
                        .as(method + " " + stale)
                        .isEqualTo(412);
            }
        }
        assertThat(agent.json(path).getNumber("n").intValue()).isEqualTo(2);
        assertThat(agent.call("PUT", path, "{\"n\":4}", "If-Match", first + ", " + second)
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.call("PUT", path, "{\"n\":1}", "If-Match", "*").statusCode())
                .isEqualTo(200);
        assertThat(tag(agent.get(path))).as("equal content, equal tag").isEqualTo(first);
        assertThat(agent.call("DELETE", path, "", "If-Match", first).statusCode())
                .isEqualTo(204);
    }

    @Test
    void aCopyThatIsStillTheSameIsNotSentAgain() {
        String path = create("{\"_id\":\"copy\",\"n\":1}");
        String tag = tag(agent.get(path));

        HttpResponse<String> same = agent.get(path, "If-None-Match", "\"other\", " + tag);

        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(tag(same)).isEqualTo(tag);
        assertThat(agent.get(path, "If-None-Match", "W/" + tag).statusCode()).isEqualTo(304);
        assertThat(agent.get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void idsOfEveryKindAreFoundByTheLocationOfTheirCreation() {
        for (String id : List.of(
                "\"a/b c?d#e%\"",
                "\"\u00e4\u4e2d\"",
                "7",
                "-3",
                "\"7x\"",
                "{\"$date\":\"2026-01-01T00:00:00Z\"}",
                "{\"$uuid\":\"3b241101-e2bb-4255-8caf-4136c566a962\"}",
                "{\"shop\":1,\"till\":\"a\"}",
                "\"{curly\"",
                "\"655f00000000000000000009\"",
                "\"12\"",
                "{\"$numberDecimal\":\"1.10\"}",
                "{\"$numberDouble\":\"1e300\"}",
                "1.5",
                "true",
                "{\"$numberLong\":\"9007199254740993\"}",
                "{\"$oid\":\"655f00000000000000000002\"}")) {
            HttpResponse<String> created = agent.call("POST", "/api/kinds", "{\"_id\":" + id + ",\"n\":1}");
            assertThat(created.statusCode()).as(id + " " + created.body()).isEqualTo(201);
            String location = created.headers().firstValue("Location").orElseThrow();
            assertThat(agent.get(location).body()).as(location).isEqualTo(created.body());
            assertThat(agent.call("POST", "/api/kinds", "{\"_id\":" + id + "}").statusCode())
                    .as(id)
                    .isEqualTo(409);
        }
    }

    @Test
    void anIdThatCouldBeTwoDocumentsAsksForTheExactOne() {
        agent.call("POST", "/api/twins", "{\"_id\":\"655f00000000000000000003\",\"kind\":\"text\"}");
        agent.call("POST", "/api/twins", "{\"_id\":{\"$oid\":\"655f00000000000000000003\"},\"kind\":\"oid\"}");

        HttpResponse<String> unclear = agent.get("/api/twins/655f00000000000000000003");

        assertThat(unclear.statusCode()).isEqualTo(409);
        assertThat(unclear.body()).contains("extended JSON");
        assertThat(agent.get("/api/twins/" + encode("{\"$oid\":\"655f00000000000000000003\"}"))
                        .body())
                .contains("\"oid\"");
        assertThat(agent.get("/api/twins/" + encode("\"655f00000000000000000003\""))
                        .body())
                .contains("\"text\"");
    }

    @Test
    void whatIsNotAllowedInADocumentIsNamed() {
        String path = create("{\"_id\":\"strict\",\"n\":1}");
        for (String[] wrong : new String[][] {
            {"{\"$set\":{\"n\":2}}", "422", "$set"},
            {"{\"a.b\":1}", "422", "a.b"},
            {"{\"a\":[{\"$x\":1}]}", "422", "$x"},
            {"{\"\":1}", "422", "not empty"},
            {"{\"_sync\":{}}", "422", "_sync"},
            {"{\"_id\":\"other\"}", "422", "_id"},
            {"{\"n\":1,\"n\":2}", "400", "twice"},
            {"[1]", "400", "not a JSON object"},
            {"{n:1}", "400", "double quotes"},
            {"{\"n\":1} x", "400", "goes on"},
            {"", "400", "JSON object"}
        }) {
            HttpResponse<String> answer = agent.call("PUT", path, wrong[0], "Content-Type", "application/json");
            assertThat(answer.statusCode()).as(wrong[0]).isEqualTo(Integer.parseInt(wrong[1]));
            assertThat(BsonDocument.parse(answer.body()).getString("detail").getValue())
                    .as(wrong[0])
                    .contains(wrong[2]);
        }
        assertThat(agent.call("POST", "/api/menu", "{\"_id\":[1]}").statusCode())
                .isEqualTo(422);
        assertThat(agent.call("PUT", path, "{\"n\":2}", "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(agent.call("PUT", path, "{\"s\":\"" + "x".repeat(2 << 20) + "\"}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(agent.json(path).getNumber("n").intValue()).isEqualTo(1);
    }

    @Test
    void filtersTakeComparisonsOnlyAndAMisspeltOneIsNoFilter() {
        for (int i = 0; i < 6; i++) {
            agent.call("POST", "/api/filtered", "{\"n\":" + i + ",\"even\":" + (i % 2 == 0) + "}");
        }
        assertThat(names("{\"n\":{\"$gte\":2,\"$lt\":5}}")).containsExactly(2, 3, 4);
        assertThat(names("{\"$or\":[{\"n\":0},{\"even\":true,\"n\":{\"$nin\":[2]}}]}"))
                .containsExactly(0, 4);
        for (String refused : List.of(
                "{\"$where\":\"sleep(1)\"}",
                "{\"$expr\":{}}",
                "{\"n\":{\"$regex\":\"(a+)+$\"}}",
                "{\"n\":{\"$regularExpression\":{\"pattern\":\"a\",\"options\":\"\"}}}",
                "{\"n\":{\"$function\":1}}",
                "{\"$and\":[{\"$jsonSchema\":{}}]}",
                "{\"a\":{\"$elemMatch\":{\"$where\":\"1\"}}}",
                "{\"a\":{\"$not\":{\"$where\":\"1\"}}}",
                "{\"$text\":{\"$search\":\"x\"}}",
                "{\"$comment\":\"x\"}",
                "nonsense")) {
            HttpResponse<String> answer = agent.get("/api/filtered?filter=" + encode(refused));
            assertThat(answer.statusCode()).as(refused).isEqualTo(422);
        }
        assertThat(agent.get("/api/filtered?filtr=" + encode("{\"n\":1}")).body())
                .contains("is not known; allowed: filter, sort, limit, cursor");
        assertThat(agent.get("/api/filtered?limit=501").statusCode()).isEqualTo(422);
        assertThat(agent.get("/api/filtered?sort=" + encode("$x")).statusCode()).isEqualTo(422);
        assertThat(agent.get("/api/filtered?cursor=x").statusCode()).isEqualTo(422);
    }

    @Test
    void pagesNeitherRepeatNorSkipWhileOthersWrite() {
        for (int i = 0; i < 30; i++) {
            agent.call("POST", "/api/paged", "{\"_id\":" + i + ",\"group\":" + i % 3 + "}");
        }
        List<Integer> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        int page = 0;
        do {
            BsonDocument answer = agent.json("/api/paged?sort=-group&limit=7"
                    + cursor.map(text -> "&cursor=" + text).orElse(""));
            for (BsonValue item : answer.getArray("items")) {
                seen.add(item.asDocument().getNumber("_id").intValue());
            }
            cursor = answer.isString("nextCursor")
                    ? Optional.of(answer.getString("nextCursor").getValue())
                    : Optional.empty();
            // One that was read goes, one comes before what was read: neither may shift what is still to come.
            agent.call("DELETE", "/api/paged/" + seen.get(0), "");
            agent.call("POST", "/api/paged", "{\"_id\":" + (100 + page) + ",\"group\":9}");
            page++;
        } while (cursor.isPresent());

        assertThat(seen).doesNotHaveDuplicates().hasSize(30).allMatch(id -> id < 30);
        assertThat(seen.subList(0, 10)).allMatch(id -> id % 3 == 2);
        String foreign = agent.json("/api/paged?sort=group&limit=2")
                .getString("nextCursor")
                .getValue();
        assertThat(agent.get("/api/paged?sort=-group&cursor=" + foreign).statusCode())
                .as("a cursor of another order")
                .isEqualTo(422);
    }

    @Test
    void aPathThatIsACallOfTheAgentIsNoCollection() {
        for (String name : List.of("health", "session", "status", "config", "audit", "history", "alerts", "activity")) {
            HttpResponse<String> answer = agent.call("POST", "/api/" + name, "{\"a\":1}");
            assertThat(answer.statusCode()).as(name).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).as(name).hasValue("GET, HEAD");
            assertThat(agent.get("/api/" + name + "/1").statusCode()).as(name).isEqualTo(404);
        }
        assertThat(agent.call("DELETE", "/api/health", "").headers().firstValue("Allow"))
                .hasValue("GET, HEAD");
        assertThat(agent.call("PUT", "/api/menu", "{}").headers().firstValue("Allow"))
                .hasValue("GET, HEAD, POST");
    }

    @Test
    void anAliasReachesACollectionOfAnyNameButNoInternalOne() {
        assertThat(agent.call("POST", "/api/drinks", "{\"_id\":1}").statusCode())
                .isEqualTo(201);
        assertThat(agent.get("/api/drinks/1").statusCode()).isEqualTo(200);
        for (String name :
                List.of("_sync_state", "_sync", "_syncing", "_tandem_selftest_1", "system.views", "a.system.b")) {
            for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
                String path = "/api/" + name + (method.equals("POST") ? "" : "/1");
                assertThat(agent.call(method, path, method.startsWith("P") ? "{\"a\":1}" : "")
                                .statusCode())
                        .as(method + " " + path)
                        .isEqualTo(404);
            }
        }
    }

    private List<Integer> names(String filter) {
        BsonArray items =
                agent.json("/api/filtered?sort=n&filter=" + encode(filter)).getArray("items");
        return items.stream()
                .map(item -> item.asDocument().getNumber("n").intValue())
                .toList();
    }

    private String create(String document) {
        return agent.call("POST", "/api/menu", document)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static String tag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
