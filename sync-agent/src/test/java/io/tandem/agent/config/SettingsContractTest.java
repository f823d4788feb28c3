package io.tandem.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.agent.service.EngineKnowledge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One contract for each variable: its default, what it takes, what it refuses, and what the refusal says. */
class SettingsContractTest {
    private static final String LOCAL = "mongodb://localhost:27017/bomba";
    private static final String HUB = "mongodb://hub:27017/bomba";

    /** What a variable promises: default text, texts it takes, texts it refuses. */
    private record Contract(String name, String defaultText, List<String> takes, List<String> refuses) {}

    private static final List<Contract> CONTRACTS = List.of(
            new Contract(
                    "MONGODB_URI",
                    "",
                    List.of(LOCAL, "mongodb://a,b:27018/x?replicaSet=rs0"),
                    List.of("http://x/y", "mongodb:///x", "mongodb://h:99999/x", "mongodb://localhost:27017")),
            new Contract(
                    "MONGODB_ATLAS_URI",
                    "",
                    List.of(
                            HUB,
                            "mongodb+srv://u:p%40q@c0.example.net",
                            "mongodb+srv://c0.example.net/shop?retryWrites=true"),
                    List.of("mongodb+srv://a,b/x", "mongodb+srv://a:1/x", "nonsense")),
            new Contract("INSTANCE_ID", "", List.of("till-7"), List.of("till 7", "a/b", "x".repeat(65))),
            new Contract("BIDIRECTIONAL_SYNC_ENABLED", "false", List.of("true", "FALSE"), List.of("yes", "1")),
            new Contract(
                    "BIDIRECTIONAL_EXCLUDED_COLLECTIONS",
                    "sessions,logs,notifications,_sync_metadata",
                    List.of("a, b", "none"),
                    List.of("a$b", "system.users")),
            new Contract(
                    "COLLECTION_MODES",
                    "",
                    List.of("orders=observe,bills=push-only"),
                    List.of("orders", "orders=fast", "a=both,a=paused")),
            new Contract("SYNC_INDEXES", "false", List.of("true"), List.of("maybe")),
            new Contract(
                    "CONFLICT_RESOLUTION_STRATEGY",
                    "last-write-wins",
                    List.of("local-wins", "atlas-wins", "field-merge", "my-own"),
                    List.of("Last Write", "-x")),
            new Contract(
                    "CONFLICT_RESOLUTION_OVERRIDES",
                    "",
                    List.of("inventory=field-merge,settings=atlas-wins"),
                    List.of("inventory", "a=B C")),
            new Contract(
                    "CONFLICT_MERGE_COUNTERS",
                    "",
                    List.of("inventory.quantity,orders.totals.paid"),
                    List.of("inventory", ".quantity", "inventory.")),
            new Contract("CONFLICT_MERGE_SETS", "", List.of("menuitems.tags"), List.of("menuitems")),
            new Contract("INITIAL_SYNC_PREFERENCE", "newest", List.of("atlas", "LOCAL"), List.of("oldest")),
            new Contract(
                    "ATLAS_CHANGE_STREAM_BATCH_SIZE", "100", List.of("1", "1000"), List.of("0", "1001", "ten", "1.5")),
            new Contract(
                    "ORIGIN_TRACKING_CLEANUP_INTERVAL", "60000", List.of("60s", "2m"), List.of("10", "2d", "soon")),
            new Contract("CHANGE_STREAM_RECONNECT_INTERVAL", "5000", List.of("5s", "100ms"), List.of("50", "2h", "-1")),
            new Contract("CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS", "10", List.of("1"), List.of("0", "-3", "many")),
            new Contract("LOCAL_POLL_INTERVAL", "5000", List.of("1s"), List.of("1", "1 week")),
            new Contract("MAX_DELETE_PERCENT", "50", List.of("1", "100"), List.of("0", "101", "50%")),
            new Contract("MAX_DELETE_MIN", "20", List.of("0"), List.of("-1", "x")),
            new Contract("TOMBSTONE_RETENTION_DAYS", "90", List.of("1"), List.of("0", "90d")),
            new Contract("PORT", "5000", List.of("0", "65535"), List.of("65536", "http")),
            new Contract(
                    "HOST", "127.0.0.1", List.of("localhost", "::1", "[::1]"), List.of("0.0.0.0", "a b", "http://x")),
            new Contract(
                    "API_TOKENS",
                    "",
                    List.of("a:read:0123456789abcdef,b:admin:fedcba9876543210"),
                    List.of(
                            "a:read",
                            "a:king:0123456789abcdef",
                            "a:read:short",
                            "a:read:0123456789abcdef,a:write:0123456789abcdeX")),
            new Contract("TLS_CERT", "", List.of(), List.of("/no/such/file")),
            new Contract("TLS_KEY", "", List.of(), List.of("/no/such/file")),
            new Contract(
                    "API_RESOURCES",
                    "menu=menuitems",
                    List.of("menu=menuitems,staff=users"),
                    List.of("menu", "a/b=c", "x=_sync_state")),
            new Contract("LOG_DIR", "logs", List.of("elsewhere"), List.of("/dev/null", "100%")),
            new Contract("LOG_FORMAT", "text", List.of("json"), List.of("xml")),
            new Contract("BACKUP_DIR", "backups", List.of("elsewhere"), List.of("/dev/null")),
            new Contract(
                    "ALERT_WEBHOOK_URL",
                    "",
                    List.of("https://hooks.example.com/a/b"),
                    List.of("ftp://x/y", "not a url")),
            new Contract("ALERT_WEBHOOK_SECRET", "", List.of("anything"), List.of()));

    @Test
    void everyVariableHasAContract() {
        assertThat(CONTRACTS.stream().map(Contract::name)).containsExactlyElementsOf(Settings.names());
    }

    @TestFactory
    Stream<DynamicTest> contracts() {
        return CONTRACTS.stream().map(contract -> DynamicTest.dynamicTest(contract.name(), () -> hold(contract)));
    }

    private static void hold(Contract contract) {
        Setting<?> setting = Settings.all().stream()
                .filter(one -> one.name().equals(contract.name()))
                .findFirst()
                .orElseThrow();
        assertThat(setting.defaultText()).isEqualTo(contract.defaultText());
        assertThat(setting.rule()).startsWith("must be");
        assertThat(setting.example()).isNotBlank();
        assertThat(setting.meaning()).endsWith(".");
        for (String text : contract.takes()) {
            AgentConfig config = ConfigLoader.of(with(contract.name(), text));
            assertThat(config.sourceOf(setting)).as(text).isEqualTo("environment");
        }
        for (String text : contract.refuses()) {
            assertThatThrownBy(() -> ConfigLoader.of(with(contract.name(), text)))
                    .as(text)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(contract.name())
                    .hasMessageContaining("must be ")
                    .hasMessageContaining("for example ");
        }
    }

    @Test
    void whatOnlyTheEngineAndTheDriverKnowIsReportedTogetherWithTheRest() {
        Map<String, String> values = with("CONFLICT_RESOLUTION_STRATEGY", "last-writer-wins");
        values.put("CONFLICT_RESOLUTION_OVERRIDES", "orders=atlas-wins,bills=mine");
        values.put("MONGODB_ATLAS_URI", "mongodb://u:planted-password@hub/x?authMechanism=NONSENSE");
        values.put("PORT", "http");

        assertThatThrownBy(() -> ConfigLoader.of(values, new EngineKnowledge()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("4 problems")
                .hasMessageContaining("PORT = \"http\"")
                .hasMessageContaining("names the strategy last-writer-wins")
                .hasMessageContaining("did you mean last-write-wins?")
                .hasMessageContaining("names the strategy mine")
                .hasMessageContaining("allowed: atlas-wins, field-merge, last-write-wins, local-wins")
                .hasMessageContaining("MONGODB_ATLAS_URI = \"mongodb://u:<hidden>@hub/x?authMechanism=NONSENSE\"")
                .message()
                .doesNotContain("planted");
    }

    @Test
    void whatIsRightStaysRightForTheEngineAndTheDriver() {
        Map<String, String> values = with("CONFLICT_RESOLUTION_STRATEGY", "field-merge");
        values.put("MONGODB_ATLAS_URI", "mongodb+srv://u:p%40q@c0.example.net/shop?retryWrites=true&w=majority");

        assertThat(ConfigLoader.of(values, new EngineKnowledge()).warnings()).isEmpty();
    }

    @Test
    void aResourceCannotHaveTheNameOfACall() {
        for (String name : CrossChecks.TAKEN_RESOURCES) {
            assertThatThrownBy(() -> ConfigLoader.of(with("API_RESOURCES", name + "=menuitems")))
                    .as(name)
                    .hasMessageContaining("/api/" + name + " is a call of the agent itself");
        }
    }

    @Test
    void aWebhooksKeyIsHiddenWhereverTheReceiverPutsIt() {
        for (String url : List.of(
                "https://chat.example.com?key=planted-key",
                "https://chat.example.com/v1/spaces?key=planted-key&token=planted-token",
                "https://planted-user:planted-pw@hooks.example.com/x",
                "https://hooks.example.com/services/planted-path")) {
            AgentConfig config = ConfigLoader.of(with("ALERT_WEBHOOK_URL", url));
            assertThat(config.toString()).as(url).doesNotContain("planted");
            assertThat(config.masking().apply("POST " + url.substring(url.indexOf("://") + 3)))
                    .as(url)
                    .doesNotContain("planted");
        }
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        AgentConfig config = ConfigLoader.of(Map.of("MONGODB_URI", LOCAL, "MONGODB_ATLAS_URI", HUB));

        assertThat(config.get(Settings.BIDIRECTIONAL_SYNC_ENABLED)).isFalse();
        assertThat(config.get(Settings.PORT)).isEqualTo(5000);
        assertThat(config.get(Settings.BIDIRECTIONAL_EXCLUDED_COLLECTIONS))
                .containsExactly("sessions", "logs", "notifications", "_sync_metadata");
        assertThat(config.get(Settings.API_RESOURCES)).containsExactly(Map.entry("menu", "menuitems"));
        assertThat(config.get(Settings.CHANGE_STREAM_RECONNECT_INTERVAL)).hasSeconds(5);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void allProblemsAreReportedAtOnceWithRuleAndExampleAndWithoutSecrets() {
        assertThatThrownBy(() -> ConfigLoader.of(Map.of(
                        "MONGODB_URI", "mongodb://u:planted-password@localhost",
                        "MONGODB_ATLAS_URI", "mongodb://u:planted-password@h:99999/x",
                        "PORT", "http",
                        "API_TOKENS", "a:king:planted-token-0123")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("4 problems")
                .hasMessageContaining("names no database")
                .hasMessageContaining("PORT = \"http\" (from environment) is not a whole number")
                .hasMessageContaining("for example PORT=5000")
                .hasMessageContaining("allowed: read, write, admin")
                .message()
                .doesNotContain("planted");
    }

    @Test
    void aMissingVariableIsFoundUnderAWrongName() {
        assertThatThrownBy(() -> ConfigLoader.of(Map.of("MONGODB_URI", LOCAL, "MONGODB_ATLAS_URL", HUB)))
                .hasMessageContaining("MONGODB_ATLAS_URI is not set, but MONGODB_ATLAS_URL is")
                .hasMessageContaining("did you mean MONGODB_ATLAS_URI?");
    }

    @Test
    void unknownNamesOfOursAreWarnedAboutWithTheNearestKnownName() {
        Map<String, String> values = new LinkedHashMap<>(with("BIDIRECTIONAL_SYNC_ENABLE", "true"));
        values.put("CHANGE_STREAM_RECONECT_INTERVAL", "5s");
        values.put("CONFLICT_SOMETHING_ELSE_ENTIRELY", "x");
        values.put("NODE_ENV", "production");

        List<String> warnings = ConfigLoader.of(values).warnings();

        assertThat(warnings).hasSize(3);
        assertThat(String.join("\n", warnings))
                .contains("did you mean BIDIRECTIONAL_SYNC_ENABLED?")
                .contains("did you mean CHANGE_STREAM_RECONNECT_INTERVAL?")
                .contains(
                        "CONFLICT_SOMETHING_ELSE_ENTIRELY (from environment) is not a setting and has no effect; the nearest is CONFLICT_")
                .doesNotContain("NODE_ENV");
    }

    @Test
    void anOpenDoorIsRefusedWithTheReason() {
        assertThatThrownBy(() -> ConfigLoader.of(with("HOST", "0.0.0.0")))
                .hasMessageContaining("API_TOKENS is empty: anybody could change data");
        Map<String, String> locked = with("HOST", "0.0.0.0");
        locked.put("API_TOKENS", "a:read:0123456789abcdef");
        assertThat(ConfigLoader.of(locked).warnings()).anyMatch(warning -> warning.contains("without TLS"));
    }

    @Test
    void theHubsDatabaseIsTheLocalOnesUnlessItNamesOne() {
        assertThat(ConfigLoader.of(with("MONGODB_ATLAS_URI", "mongodb+srv://c0.example.net"))
                        .hubDatabase())
                .isEqualTo("bomba");
        assertThatThrownBy(() -> ConfigLoader.of(with("MONGODB_ATLAS_URI", "mongodb://LOCALHOST/bomba")))
                .hasMessageContaining("are the same database");
    }

    @Test
    void maskingHidesEverySecretOfTheSettings() {
        Map<String, String> values = with("MONGODB_ATLAS_URI", "mongodb://u:p%40ssw0rd@hub/x");
        values.put("API_TOKENS", "a:read:0123456789abcdef");
        values.put("ALERT_WEBHOOK_URL", "https://hooks.example.com/services/T0/B0/secretpath");
        values.put("ALERT_WEBHOOK_SECRET", "webhook-secret");
        AgentConfig config = ConfigLoader.of(values);

        String masked = config.masking()
                .apply("p%40ssw0rd p@ssw0rd 0123456789abcdef /services/T0/B0/secretpath webhook-secret " + config);

        assertThat(masked)
                .doesNotContain("ssw0rd")
                .doesNotContain("0123456789abcdef")
                .doesNotContain("secretpath")
                .doesNotContain("webhook-secret");
        Set<String> secret = new TreeSet<>();
        Settings.all().stream().filter(Setting::secret).forEach(one -> secret.add(one.name()));
        assertThat(secret)
                .containsExactly(
                        "ALERT_WEBHOOK_SECRET", "ALERT_WEBHOOK_URL", "API_TOKENS", "MONGODB_ATLAS_URI", "MONGODB_URI");
    }

    private static Map<String, String> with(String name, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("MONGODB_URI", LOCAL);
        values.put("MONGODB_ATLAS_URI", HUB);
        values.put(name, text);
        return values;
    }
}
