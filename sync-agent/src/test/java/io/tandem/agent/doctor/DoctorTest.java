package io.tandem.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.tandem.agent.doctor.Finding.Level;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.faults.FailCommand;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {

    private EmbeddedMongo localServer;
    private EmbeddedMongo hubServer;
    private MongoClient local;
    private MongoClient hub;

    @BeforeEach
    void start() {
        localServer = EmbeddedMongo.builder().build().start();
        hubServer = EmbeddedMongo.builder().build().start();
        local = MongoClients.create(localServer.uri());
        hub = MongoClients.create(hubServer.uri());
    }

    @AfterEach
    void stop() {
        local.close();
        hub.close();
        localServer.close();
        hubServer.close();
    }

    private static Doctor.Server server(MongoClient client) {
        return new Doctor.Server(client, client.getDatabase("bomba"));
    }

    private List<Finding> examine() {
        return examine(server(local), server(hub), true);
    }

    private static List<Finding> examine(Doctor.Server device, Doctor.Server hub, boolean mayWrite) {
        return new Doctor(device, hub, Clock.systemUTC()).examine(mayWrite);
    }

    private static Finding find(List<Finding> findings, String side, String check) {
        return findings.stream()
                .filter(finding ->
                        finding.side().equals(side) && finding.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding " + side + " " + check + " in " + findings));
    }

    @Test
    void everyCheckOfTheListIsMadeOnBothSides() {
        List<Finding> findings = examine();

        for (String side : List.of("local", "atlas")) {
            assertThat(findings.stream()
                            .filter(finding -> finding.side().equals(side))
                            .map(Finding::check))
                    .contains(
                            "reachable",
                            "version",
                            "topology",
                            "change-streams",
                            "privileges",
                            "clock",
                            "oplog-window",
                            "disk");
        }
        assertThat(findings.stream()
                        .filter(finding -> finding.side().equals("both"))
                        .map(Finding::check))
                .contains("clock", "collections", "validators", "unique-indexes");
        assertThat(find(findings, "local", "write-concern").text()).contains("majority");
    }

    @Test
    void everythingThatIsNotInOrderHasARemedy() {
        localServer.faults().clockOffset(Duration.ofMinutes(3).plusSeconds(20));
        local.getDatabase("bomba")
                .getCollection("users")
                .createIndex(new Document("mail", 1), new IndexOptions().unique(true));
        hub.getDatabase("bomba").createCollection("users");

        List<Finding> findings = examine();

        assertThat(find(findings, "local", "clock").level()).isEqualTo(Level.WARNING);
        assertThat(find(findings, "both", "clock").text()).contains("3 min apart");
        assertThat(findings)
                .filteredOn(finding -> finding.level().compareTo(Level.WARNING) >= 0)
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.remedy()).isNotBlank());
    }

    /** Atlas answers so to commands that a tier or a user does not have. */
    @ParameterizedTest
    @ValueSource(ints = {13, 59, 115, 8000})
    void commandsThatAreNotAllowedLeaveTheRestExamined(int code) {
        for (String command : List.of("collStats", "dbStats", "getDefaultRWConcern", "buildInfo")) {
            hubServer.faults().failCommand(FailCommand.withCode(command, code).times(100));
            localServer.faults().failCommand(FailCommand.withCode(command, code).times(100));
        }

        List<Finding> findings = examine();

        assertThat(findings).noneMatch(finding -> finding.level().compareTo(Level.WARNING) >= 0);
        assertThat(find(findings, "atlas", "disk").level()).isEqualTo(Level.INFO);
        assertThat(find(findings, "atlas", "disk").text()).contains("not shown on this server");
        assertThat(find(findings, "atlas", "change-streams").level()).isEqualTo(Level.OK);
    }

    @Test
    void aRefusedChangeStreamIsAnErrorWithTheCode() {
        hubServer.faults().failCommand(FailCommand.withCode("aggregate", 13).times(100));

        Finding streams = find(examine(), "atlas", "change-streams");

        assertThat(streams.level()).isEqualTo(Level.ERROR);
        assertThat(streams.text()).contains("Change Stream connection failed: code 13");
        assertThat(streams.remedy()).contains("M10");
    }

    @Test
    void aRefusedWriteIsAnErrorAndAskedForNoneIsTried() {
        hubServer.faults().failCommand(FailCommand.withCode("insert", 13).times(100));

        assertThat(find(examine(), "atlas", "privileges").level()).isEqualTo(Level.ERROR);
        Finding untried = find(examine(server(local), server(hub), false), "atlas", "privileges");
        assertThat(untried.level()).isEqualTo(Level.INFO);
        assertThat(untried.text()).contains("not tried out (--no-write)");
    }

    @Test
    void aWriteConcernOfOneMemberIsWorthAHint() {
        localServer
                .faults()
                .failCommand(FailCommand.withCode("getDefaultRWConcern", 59).times(10));
        Doctor.Server slow = answering(local, Map.of("buildInfo", "{version: '4.4.29', ok: 1}"));

        Finding concern = find(examine(slow, server(hub), true), "local", "write-concern");

        assertThat(concern.level()).isEqualTo(Level.INFO);
        assertThat(concern.text()).contains("w:1", "100 ms");
        assertThat(concern.remedy()).contains("w=majority", "commitIntervalMs");
    }

    @Test
    void aShardedHubIsExaminedThroughItsRouter() {
        hub.getDatabase("config")
                .getCollection("collections")
                .insertMany(List.of(
                        Document.parse("{_id: 'bomba.orders', key: {shop: 1, _id: 1}}"),
                        Document.parse("{_id: 'bomba.users', key: {_id: 'hashed'}}"),
                        Document.parse("{_id: 'other.things', key: {x: 1}}")));
        Doctor.Server router = answering(
                hub,
                Map.of(
                        "isMaster",
                        "{ismaster: true, msg: 'isdbgrid', localTime: {$date: '2026-11-25T10:00:00Z'}, ok: 1}"));

        List<Finding> findings = examine(server(local), router, true);

        assertThat(find(findings, "atlas", "topology").text()).isEqualTo("sharded cluster");
        assertThat(find(findings, "atlas", "oplog-window").text()).contains("mongos");
        Finding keys = find(findings, "atlas", "shard-keys");
        assertThat(keys.level()).isEqualTo(Level.WARNING);
        assertThat(keys.text()).contains("orders (shop, _id)").doesNotContain("users", "things");
    }

    @Test
    void aSecondaryThatWasReachedAloneIsAnError() {
        Doctor.Server secondary = answering(
                hub,
                Map.of(
                        "isMaster",
                        "{ismaster: false, secondary: true, setName: 'rs0', hosts: ['a:1', 'b:1', 'c:1'], ok: 1}"));

        Finding topology = find(examine(server(local), secondary, true), "atlas", "topology");

        assertThat(topology.level()).isEqualTo(Level.ERROR);
        assertThat(topology.remedy()).contains("directConnection", "replicaSet=rs0");
    }

    @Test
    void indexesThatForbidOtherThingsAreNamed() {
        local.getDatabase("bomba")
                .getCollection("users")
                .createIndex(
                        new Document("mail", 1),
                        new IndexOptions().unique(true).partialFilterExpression(new Document("active", true)));
        hub.getDatabase("bomba")
                .getCollection("users")
                .createIndex(new Document("mail", 1), new IndexOptions().unique(true));

        Finding indexes = find(examine(), "both", "unique-indexes");

        assertThat(indexes.level()).isEqualTo(Level.WARNING);
        assertThat(indexes.text()).contains("users");
    }

    @Test
    void collectionsThatAreNotSyncedAreNamedWithTheirKind() {
        List<Finding> findings = new ArrayList<>();

        CollectionsExam.special(
                new TreeMap<>(Map.of(
                        "events", shape("collection", "{capped: true, size: 100000}"),
                        "readings", shape("timeseries", "{timeseries: {timeField: 'at'}}"),
                        "cheap", shape("view", "{viewOn: 'menuitems', pipeline: []}"),
                        "orders", shape("collection", "{}"))),
                "local",
                findings);

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).text())
                .isEqualTo("not synced: cheap (view), events (capped), readings (timeseries)");
        assertThat(findings.get(0).remedy()).isNotBlank();
    }

    private static CollectionsExam.Shape shape(String type, String options) {
        return new CollectionsExam.Shape(type, BsonDocument.parse(options), Set.of());
    }

    @Test
    void theProbeIsDroppedAgain() {
        examine();

        assertThat(local.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .isEmpty();
        assertThat(hub.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .isEmpty();
    }

    /** The same server, but some commands are answered as another kind of server would. */
    private static Doctor.Server answering(MongoClient client, Map<String, String> answers) {
        MongoDatabase real = client.getDatabase("bomba");
        MongoDatabase changed = (MongoDatabase) Proxy.newProxyInstance(
                MongoDatabase.class.getClassLoader(),
                new Class<?>[] {MongoDatabase.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("runCommand")) {
                        String command = Stream.of(arguments)
                                .filter(Bson.class::isInstance)
                                .map(argument ->
                                        ((Bson) argument).toBsonDocument().getFirstKey())
                                .findFirst()
                                .orElse("");
                        String answer = answers.get(command);
                        if (answer != null) {
                            return BsonDocument.parse(answer);
                        }
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
        return new Doctor.Server(client, changed);
    }
}
