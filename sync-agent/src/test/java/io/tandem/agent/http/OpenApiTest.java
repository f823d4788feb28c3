package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Holds the OpenAPI document to the routes that a live agent has, to what it answers, and to docs/http-api.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*?) \\| ");
    private static final Pattern CALL =
            Pattern.compile("`(?:((?:GET|POST|PUT|PATCH|DELETE)(?:`, `[A-Z]+)*) )?(/[^`? ]*)");

    private final EmbeddedMongo local = EmbeddedMongo.builder().build();
    private AgentUnderTest agent;
    private BsonDocument document = new BsonDocument();

    @BeforeAll
    void start(@TempDir Path logs) {
        local.start();
        agent = AgentUnderTest.start(logs, "MONGODB_URI", local.uri("bomba"));
        document = agent.json("/openapi.json");
        agent.call("POST", "/api/menu", "{\"_id\":\"655f00000000000000000001\",\"name\":\"Tea\"}");
    }

    @AfterAll
    void stop() {
        agent.close();
        local.close();
    }

    @Test
    void whatMayBeLeftOutIsKnownAndNotRequired() {
        BsonDocument health =
                document.getDocument("components").getDocument("schemas").getDocument("HealthView");

        assertThat(health.getDocument("properties")).containsKeys("enabled", "message");
        assertThat(health.getArray("required"))
                .contains(new BsonString("enabled"))
                .doesNotContain(new BsonString("message"));
    }

    @Test
    void everyOperationIsCompleteAndHasItsOwnName() {
        Set<String> names = new TreeSet<>();
        forEachOperation((path, method, operation) -> {
            String call = method + " " + path;
            assertThat(names.add(operation.getString("operationId").getValue()))
                    .as(call)
                    .isTrue();
            assertThat(operation.getString("summary").getValue()).as(call).isNotBlank();
            assertThat(operation.getArray("tags")).as(call).hasSize(1);
            Set<String> inPath = new TreeSet<>();
            operation.getArray("parameters").forEach(parameter -> {
                assertThat(parameter.asDocument().getString("in").getValue()).isIn("path", "query", "header");
                if (parameter.asDocument().getString("in").getValue().equals("path")) {
                    inPath.add(parameter.asDocument().getString("name").getValue());
                }
            });
            Matcher braces = Pattern.compile("\\{(\\w+)}").matcher(path);
            assertThat(inPath)
                    .as(call)
                    .containsExactlyInAnyOrderElementsOf(
                            braces.results().map(match -> match.group(1)).toList());
            assertThat(operation.getDocument("responses")).as(call).isNotEmpty();
            assertThat(operation.containsKey("requestBody")).as(call).isIn(!method.equals("get"), false);
        });
        assertThat(names).hasSizeGreaterThan(40);
    }

    @Test
    void everyAnswerToAReadIsOneOfTheDescribedOnes() {
        forEachOperation((path, method, operation) -> {
            if (!method.equals("get") || path.equals("/api/events")) {
                return;
            }
            String called = path.replace("{resource}", "menu")
                    .replace("{name}", "orders")
                    .replace("{id}", "655f00000000000000000001");
            HttpResponse<String> answer = agent.get(called);
            BsonDocument responses = operation.getDocument("responses");
            assertThat(responses.keySet()).as(called).contains(Integer.toString(answer.statusCode()));
            BsonDocument content =
                    responses.getDocument(Integer.toString(answer.statusCode())).getDocument("content");
            String type = answer.headers().firstValue("Content-Type").orElse("");
            Map.Entry<String, BsonValue> media = content.entrySet().iterator().next();
            assertThat(type.replace(" ", ""))
                    .as(called)
                    .startsWith(media.getKey().replace(" ", "").replaceAll(";charset.*", ""));
            if (media.getKey().endsWith("json")) {
                List<String> wrong = new ArrayList<>();
                check(
                        BsonDocument.parse(answer.body()),
                        media.getValue().asDocument().getDocument("schema"),
                        "",
                        wrong);
                assertThat(wrong).as(called + " " + answer.body()).isEmpty();
            }
        });
    }

    @Test
    void everyErrorIsAProblemWithADetail() {
        for (String[] call : new String[][] {
            {"GET", "/nothing", "404"},
            {"GET", "/api/menu/nothing", "404"},
            {"GET", "/api/nothing/at/all", "404"},
            {"DELETE", "/api/menu", "405"},
            {"TRACE", "/api/health", "405"},
            {"BREW", "/api/menu", "405"},
            {"BREW", "/nothing", "404"},
            {"OPTIONS", "/api/menu", "405"},
            {"POST", "/api/sync/bidirectional/toggle", "422"},
            {"GET", "/api/sync/bidirectional/conflicts?since=soon", "422"},
            {"GET", "/api/sync/bidirectional/conflicts?since=%2B1000000000-12-31T23:59:59.999999999Z", "422"},
            {"GET", "/api/sync/bidirectional/conflicts?since=-1000000000-01-01T00:00:00Z", "422"},
            {"GET", "/api/history?minutes=1&minutes=2", "422"}
        }) {
            HttpResponse<String> answer = agent.call(call[0], call[1], "");
            String as = call[0] + " " + call[1] + " " + answer.body();
            assertThat(answer.statusCode()).as(as).isEqualTo(Integer.parseInt(call[2]));
            assertThat(answer.headers().firstValue("Content-Type")).as(as).hasValue("application/problem+json");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(as)
                    .hasValue("nosniff");
            BsonDocument problem = BsonDocument.parse(answer.body());
            assertThat(problem.keySet()).containsExactly("type", "title", "status", "detail", "instance", "errors");
            assertThat(problem.getNumber("status").intValue()).isEqualTo(answer.statusCode());
            assertThat(problem.getString("detail").getValue()).as(as).hasSizeGreaterThan(15);
        }
    }

    @Test
    void thePageForReadersNamesTheSameCalls() throws IOException {
        Set<String> described = new TreeSet<>();
        String page = Files.readString(MonitoringFilesTest.root().resolve("docs/http-api.md"));
        ROW.matcher(page).results().map(row -> row.group(1)).forEach(row -> {
            String methods = "GET";
            String base = "";
            Matcher call = CALL.matcher(row);
            while (call.find()) {
                methods = call.group(1) == null ? methods : call.group(1);
                boolean variant = call.group(1) == null && !call.group(2).startsWith("/docs") && !base.isEmpty();
                base = variant ? base.substring(0, base.lastIndexOf('/')) + call.group(2) : call.group(2);
                for (String method : methods.split("`, `", -1)) {
                    described.add(method + " " + base);
                }
            }
        });
        Set<String> real = new TreeSet<>();
        forEachOperation((path, method, operation) -> real.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path));

        described.remove("GET /");
        assertThat(described).containsExactlyInAnyOrderElementsOf(real);
    }

    @Test
    void theNamesThatResourcesCannotHaveAreThoseOfTheCalls() {
        Set<String> taken = new TreeSet<>();
        forEachOperation((path, method, operation) -> {
            if (path.startsWith("/api/") && !path.startsWith("/api/{")) {
                taken.add(path.split("/", -1)[2]);
            }
        });

        for (String name : taken) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> io.tandem.agent.config.ConfigLoader.of(Map.of(
                                    "MONGODB_URI", "mongodb://a/x",
                                    "MONGODB_ATLAS_URI", "mongodb://b/x",
                                    "API_RESOURCES", name + "=menuitems"))))
                    .as(name)
                    .hasMessageContaining("is a call of the agent itself");
        }
    }

    /** Checks types, required names and unknown names; what the document leaves open is not checked. */
    private void check(BsonValue value, BsonDocument schema, String place, List<String> wrong) {
        if (schema.containsKey("$ref")) {
            String name = schema.getString("$ref").getValue().replace("#/components/schemas/", "");
            check(
                    value,
                    document.getDocument("components").getDocument("schemas").getDocument(name),
                    place,
                    wrong);
        } else if (schema.containsKey("anyOf")) {
            if (!value.isNull()) {
                check(value, schema.getArray("anyOf").get(0).asDocument(), place, wrong);
            }
        } else if (schema.containsKey("type")) {
            typed(value, schema, place, wrong);
        }
    }

    private void typed(BsonValue value, BsonDocument schema, String place, List<String> wrong) {
        List<BsonValue> types = schema.isArray("type") ? schema.getArray("type") : List.of(schema.getString("type"));
        if (types.stream().noneMatch(type -> is(value, type.asString().getValue()))) {
            wrong.add(place + " is " + value.getBsonType() + ", not " + types);
        } else if (value.isArray() && schema.containsKey("items")) {
            value.asArray().forEach(item -> check(item, schema.getDocument("items"), place + "[]", wrong));
        } else if (value.isDocument() && schema.containsKey("properties")) {
            BsonDocument properties = schema.getDocument("properties");
            schema.getArray("required").forEach(name -> {
                if (!value.asDocument().containsKey(name.asString().getValue())) {
                    wrong.add(place + " lacks " + name);
                }
            });
            value.asDocument().forEach((name, part) -> {
                if (properties.containsKey(name)) {
                    check(part, properties.getDocument(name), place + "." + name, wrong);
                } else {
                    wrong.add(place + " has the unknown " + name);
                }
            });
        } else if (value.isDocument() && schema.isDocument("additionalProperties")) {
            value.asDocument()
                    .forEach((name, part) ->
                            check(part, schema.getDocument("additionalProperties"), place + "." + name, wrong));
        }
    }

    private static boolean is(BsonValue value, String type) {
        return switch (type) {
            case "object" -> value.isDocument();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isInt32() || value.isInt64();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new AssertionError("a type that JSON does not have: " + new BsonString(type));
        };
    }

    private interface Look {
        void at(String path, String method, BsonDocument operation);
    }

    private void forEachOperation(Look look) {
        document.getDocument("paths")
                .forEach((path, operations) -> operations
                        .asDocument()
                        .forEach((method, operation) -> look.at(path, method, operation.asDocument())));
    }
}
