package io.tandem.agent.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.agent.service.TrialEngine;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.faults.FailCommand;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SelftestTest {

    private static final EngineFactory SOUND = TrialEngine::create;
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration IMPATIENT = Duration.ofSeconds(4);

    private static final List<String> EXCLUDED = List.of("sessions", "logs", "notifications", "_sync_metadata");

    private EmbeddedMongo localServer;
    private EmbeddedMongo hubServer;
    private MongoClient local;
    private MongoClient hub;

    private final List<String> lines = new ArrayList<>();

    @BeforeAll
    void startServers() {
        localServer = EmbeddedMongo.builder().build().start();
        hubServer = EmbeddedMongo.builder().build().start();
        local = MongoClients.create(localServer.uri());
        hub = MongoClients.create(hubServer.uri());
        local.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", "user data"));
        hub.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", "other user data"));
    }

    @AfterAll
    void stopServers() {
        local.close();
        hub.close();
        localServer.close();
        hubServer.close();
    }

    @AfterEach
    void nothingIsLeftAndUserDataIsUntouched() {
        assertThat(local.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .containsExactly("orders");
        assertThat(hub.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .containsExactly("orders");
        assertThat(local.listDatabaseNames().into(new ArrayList<>())).noneMatch(name -> name.contains("_tandem_"));
        assertThat(local.getDatabase("bomba").getCollection("orders").find())
                .containsExactly(new Document("_id", "user data"));
        assertThat(hub.getDatabase("bomba").getCollection("orders").find())
                .containsExactly(new Document("_id", "other user data"));
        lines.clear();
    }

    @Test
    void basicPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "basic",
                "✓ Local → Atlas: Document created",
                "✓ Local → Atlas: Document updated",
                "✓ Local → Atlas: Document deleted",
                "✓ All tests passed");
    }

    @Test
    void integrationPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "integration",
                "✓ Atlas → Local: Document created",
                "✓ Atlas → Local: Document updated",
                "✓ Atlas → Local: Document deleted",
                "✓ All tests passed");
    }

    @Test
    void originPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "origin",
                "✓ Local change marked correctly",
                "✓ Atlas change marked correctly",
                "✓ Loop prevention working",
                "✓ No sync loops detected");
    }

    @Test
    void conflictPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "conflict",
                "✓ Conflict detected",
                "✓ Last Write Wins applied",
                "✓ Both databases consistent",
                "✓ Conflict logged in metrics");
    }

    @Test
    void excludedPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "excluded",
                "✓ Sessions collection excluded from Atlas→Local",
                "✓ Logs collection excluded from Atlas→Local",
                "✓ Local→Atlas sync still works for excluded collections");
    }

    @Test
    void resumeTokenPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "resume-token",
                "✓ Resume token saved",
                "✓ Resume token loaded",
                "✓ Change Stream resumed from correct position");
    }

    @Test
    void errorsPassesWithTheGuidesLines() throws InterruptedException {
        assertPasses(
                "errors",
                "✓ Connection loss handled",
                "✓ Reconnection successful",
                "✓ Invalid change rejected",
                "✓ Retry logic working");
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener", "multi-device", "load"})
    void theOtherSuitesPassToo(String suite) throws InterruptedException {
        assertThat(run(suite, SOUND, PATIENT)).as(String.join("\n", lines)).isEmpty();
    }

    @Test
    void performanceMeasuresAgainstTheGuidesThresholds() throws InterruptedException {
        run("performance", SOUND, PATIENT);

        // A busy build machine may be slower than the thresholds; then it has to say so.
        assertThat(String.join("\n", lines))
                .containsAnyOf("Error rate: 0.0 % (threshold 1 %)", "is not below")
                .contains("Sync latency Local → Atlas (p95)");
    }

    @Test
    void basicFailsWhenChangesAreNotSent() throws InterruptedException {
        assertFails(
                "basic",
                paused(),
                "✗ Local → Atlas: Document created",
                "expected the new document in Atlas",
                "within 4 s");
    }

    @Test
    void integrationFailsWhenAtlasIsNotFollowed() throws InterruptedException {
        assertFails("integration", oneWay(), "✗ Atlas → Local: Document created", "the new document on the device");
    }

    @Test
    void listenerFailsWhenAtlasIsNotFollowed() throws InterruptedException {
        assertFails("listener", oneWay(), "✗ Insert received", "the insert to be settled");
    }

    @Test
    void originFailsWhenAtlasChangesAreNotTaken() throws InterruptedException {
        assertFails("origin", oneWay(), "✗ Atlas change marked correctly", "_sync.origin 'atlas'");
    }

    @Test
    void conflictFailsWhenTheWrongSideWins() throws InterruptedException {
        assertFails(
                "conflict",
                changed(config -> config.conflictStrategy("local-wins")),
                "✗ Last Write Wins applied",
                "expected price 40 on both sides, seen 30");
    }

    @Test
    void excludedFailsWhenNothingIsExcluded() throws InterruptedException {
        assertFails(
                "excluded",
                changed(config -> config.excludedCollections(Set.of())),
                "✗ Sessions collection excluded from Atlas→Local",
                "arrived on the device");
    }

    @Test
    void resumeTokenFailsWhenThePositionIsLost() throws InterruptedException {
        AtomicInteger engines = new AtomicInteger();
        EngineFactory forgetful = (config, customizer) -> {
            if (engines.incrementAndGet() == 2) {
                local.getDatabase("bomba")
                        .getCollection(config.scope() + "sync_metadata")
                        .deleteOne(new Document("_id", "atlas-resume-token"));
            }
            return TrialEngine.create(config, customizer);
        };

        assertFails("resume-token", forgetful, "✗ Resume token loaded", "compared everything");
    }

    @Test
    void errorsFailsWhenALostConnectionIsNotNoticed() throws InterruptedException {
        EngineFactory pastTheRelay = (config, customizer) -> TrialEngine.create(config, (side, settings) -> {});

        assertFails("errors", pastTheRelay, "✗ Connection loss handled", "the Atlas feed to be seen as lost");
    }

    @Test
    void performanceFailsWhenChangesDoNotArrive() throws InterruptedException {
        assertFails("performance", paused(), "✗ Sync latency Local → Atlas (p95)", "did not arrive");
    }

    @Test
    void loadFailsWhenChangesDoNotArrive() throws InterruptedException {
        assertFails("load", paused(), "✗ All changes arrived", "expected equal collections");
    }

    @Test
    void multiDeviceFailsWhenAtlasIsNotFollowed() throws InterruptedException {
        assertFails("multi-device", oneWay(), "✗ Device A → Device B: Document created", "on device B");
    }

    @Test
    void aPositionThatIsTooFarAheadIsNotTheCorrectOne() throws InterruptedException {
        AtomicInteger engines = new AtomicInteger();
        EngineFactory skipping = (config, customizer) -> {
            if (engines.incrementAndGet() == 2) {
                takeANewerPosition(config);
            }
            return TrialEngine.create(config, customizer);
        };

        assertFails(
                "resume-token",
                skipping,
                "✗ Change Stream resumed from correct position",
                "written while the engine was away",
                "within 4 s");
        assertThat(lines).contains("✓ Resume token loaded");
    }

    /** What an engine beside the first one would have saved: a position after everything. */
    private void takeANewerPosition(EngineConfig config) {
        MongoCollection<Document> metadata = local.getDatabase("bomba").getCollection(config.scope() + "sync_metadata");
        Document saved =
                metadata.find(new Document("_id", "atlas-resume-token")).first();
        assertThat(saved).isNotNull();
        try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream =
                hub.getDatabase("bomba").watch().cursor()) {
            hub.getDatabase("bomba").getCollection(config.scope() + "marker").insertOne(new Document("_id", 1));
            stream.next();
            Document token = saved.get("token", Document.class)
                    .append("data", Document.parse(String.valueOf(stream.getResumeToken())));
            metadata.replaceOne(new Document("_id", "atlas-resume-token"), saved.append("token", token));
        }
    }

    @Test
    void aPositionThatIsOlderThanTheOplogIsTheReason() throws InterruptedException {
        AtomicInteger engines = new AtomicInteger();
        EngineFactory late = (config, customizer) -> {
            if (engines.incrementAndGet() == 2) {
                MongoCollection<Document> others = hub.getDatabase("bomba").getCollection(config.scope() + "others");
                for (int i = 0; i < 10; i++) {
                    others.insertOne(new Document("_id", i));
                }
                hubServer.faults().shrinkChangeLog(1);
            }
            return TrialEngine.create(config, customizer);
        };

        assertFails("resume-token", late, "✗ Resume token loaded", "compared everything", "on the atlas feed");
    }

    @Test
    void theConfiguredExclusionsAreTheOnesTested() throws InterruptedException {
        Endpoints other = endpoints(localServer.uri(), hubServer.uri(), List.of("caches", "items"));

        assertThat(run("excluded", SOUND, PATIENT, other))
                .as(String.join("\n", lines))
                .isEmpty();
        assertThat(lines)
                .containsExactly(
                        "✓ Caches collection excluded from Atlas→Local",
                        "✓ Items collection excluded from Atlas→Local",
                        "✓ Local→Atlas sync still works for excluded collections");
        lines.clear();
        assertThat(run("integration", SOUND, PATIENT, other))
                .as("other suites do not mind what is excluded: %s", lines)
                .isEmpty();
    }

    @Test
    void nothingExcludedIsTheReason() throws InterruptedException {
        Endpoints none = endpoints(localServer.uri(), hubServer.uri(), List.of("_sync_metadata"));

        assertThat(run("excluded", SOUND, IMPATIENT, none)).containsExactly("excluded");
        assertThat(lines)
                .containsExactly(
                        "✗ Sessions collection excluded from Atlas→Local: BIDIRECTIONAL_EXCLUDED_COLLECTIONS names no collection"
                                + " of the application, so none is excluded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resume-token", "errors", "conflict"})
    void aStandaloneDevicePassesToo(String suite) throws InterruptedException {
        try (EmbeddedMongo standalone =
                EmbeddedMongo.builder().standalone().build().start()) {
            assertThat(run(suite, SOUND, PATIENT, endpoints(standalone.uri(), hubServer.uri(), EXCLUDED)))
                    .as(String.join("\n", lines))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("suites")
    void aStandaloneHubIsTheReason(String suite) throws InterruptedException {
        try (EmbeddedMongo standalone =
                EmbeddedMongo.builder().standalone().build().start()) {
            assertThat(run(suite, SOUND, IMPATIENT, endpoints(localServer.uri(), standalone.uri(), EXCLUDED)))
                    .containsExactly(suite);
        }
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("✗ Atlas Change Stream available: the hub is a standalone");
    }

    static List<String> suites() {
        return Selftest.names();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void anUnreachableHubIsTheReason(String suite) throws InterruptedException {
        String nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500";

        assertThat(run(suite, SOUND, IMPATIENT, endpoints(localServer.uri(), nowhere, EXCLUDED)))
                .containsExactly(suite);
        assertThat(lines).singleElement().asString().startsWith("✗ Atlas database reachable: ");
    }

    @Test
    void anUnreachableDeviceIsTheReason() throws InterruptedException {
        String nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500";

        assertThat(run("basic", SOUND, IMPATIENT, endpoints(nowhere, hubServer.uri(), EXCLUDED)))
                .containsExactly("basic");
        assertThat(lines).singleElement().asString().startsWith("✗ Local database reachable: ");
    }

    @Test
    void aRefusedWriteIsTheReason() throws InterruptedException {
        try (EmbeddedMongo refusing = EmbeddedMongo.builder().build().start()) {
            refusing.faults().failCommand(FailCommand.withCode("insert", 13).times(1_000_000));

            assertThat(run("integration", SOUND, IMPATIENT, endpoints(localServer.uri(), refusing.uri(), EXCLUDED)))
                    .containsExactly("integration");
        }
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("✗ ").contains("13");
    }

    private void assertPasses(String suite, String... expected) throws InterruptedException {
        List<String> failed = run(suite, SOUND, PATIENT);

        assertThat(failed).as(String.join("\n", lines)).isEmpty();
        assertThat(lines).containsExactly(expected);
    }

    private void assertFails(String suite, EngineFactory engines, String check, String... reasons)
            throws InterruptedException {
        List<String> failed = run(suite, engines, IMPATIENT);

        assertThat(failed).as(String.join("\n", lines)).containsExactly(suite);
        String last = lines.get(lines.size() - 1);
        assertThat(last).startsWith(check).contains(reasons);
    }

    private List<String> run(String suite, EngineFactory engines, Duration patience) throws InterruptedException {
        return run(suite, engines, patience, endpoints(localServer.uri(), hubServer.uri(), EXCLUDED));
    }

    private Endpoints endpoints(String localUri, String hubUri, List<String> excluded) {
        return new Endpoints(localUri, "bomba", hubUri, "bomba", Optional.empty(), "last-write-wins", excluded);
    }

    private List<String> run(String suite, EngineFactory engines, Duration patience, Endpoints endpoints)
            throws InterruptedException {
        return new Selftest(endpoints, engines, journal(), 20, Duration.ofSeconds(3), patience).run(List.of(suite));
    }

    private static EngineFactory changed(UnaryOperator<EngineConfig.Builder> change) {
        return (config, customizer) ->
                TrialEngine.create(change.apply(config.toBuilder()).build(), customizer);
    }

    private static EngineFactory oneWay() {
        return changed(config -> config.bidirectionalEnabled(false));
    }

    private static EngineFactory paused() {
        return (config, customizer) -> {
            Map<String, CollectionMode> modes = Map.of(
                    config.scope() + "items", CollectionMode.PAUSED, config.scope() + "load", CollectionMode.PAUSED);
            return TrialEngine.create(config.toBuilder().modes(modes).build(), customizer);
        };
    }

    private Journal journal() {
        return new Journal() {
            @Override
            public void suite(String name, String purpose) {
                // The test knows which one it runs.
            }

            @Override
            public void passed(String line) {
                lines.add("✓ " + line);
            }

            @Override
            public void failed(String line, String reason) {
                lines.add("✗ " + line + ": " + reason);
            }

            @Override
            public void note(String line) {
                // Measured values; nothing to check.
            }
        };
    }
}
