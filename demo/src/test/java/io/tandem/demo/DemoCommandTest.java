package io.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.cli.TandemCommand;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code tandem demo} and {@code tandem embedded} as they are called. */
class DemoCommandTest {

    @TempDir
    private Path directory = Path.of("unset");

    private record Run(int exitCode, String out, String err) {}

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = TandemCommand.create();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return new Run(command.execute(arguments), out.toString(), err.toString());
    }

    private static void assertOneMessage(Run run, int exitCode, String... words) {
        assertThat(run.err().strip()).contains(words).doesNotContain("\tat ").doesNotContain("unexpected error");
        assertThat(run.err().strip().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --for soon | --for soon is not a time",
                "demo --devices 0 | not in 1..20",
                "demo --devices 21 | not in 1..20",
                "demo --port 65535 | --port 65535 is not in 0..65534",
                "demo --port -1 | --port -1 is not in",
                "demo --data /no/such/place | cannot be read",
                "demo --hub-uri mongodb://127.0.0.1:1 | names no database",
                "demo --hub-uri localhost/shop | does not begin with mongodb://",
                "demo --local-uri mongodb://127.0.0.1:1/ | names no database",
                "embedded --port 99999 | port must be 0 to 65535",
                "embedded | Missing required option",
                "embedded --port 0 --replica-set= | must not be blank",
                "embedded --port 0 --user shop | --user and --password-file belong together",
                "embedded --port 0 --user shop --password-file /no/such/file | cannot be read"
            })
    void wrongUseIsOneMessageAndExitCodeTwo(String call, String words) {
        assertOneMessage(run(call.split(" ")), 2, words);
    }

    @Test
    void aLineThatIsNoDocumentIsNamed() throws IOException {
        Files.writeString(directory.resolve("books.json"), "{\"_id\": 1}\n{\"_id\": \n");
        assertOneMessage(run("demo", "--for", "1s", "--port", "0", "--data", directory.toString()), 2, "Line 2 of");
    }

    @Test
    void aDirectoryWithoutSampleDataIsRefusedBeforeAnythingStarts() {
        assertOneMessage(run("demo", "--data", directory.toString()), 2, "has no *.json file");
    }

    @Test
    void aServerThatIsAwayIsOneMessageAndExitCodeOne() {
        assertOneMessage(
                run("demo", "--for", "1s", "--hub-uri", "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=500"),
                1,
                "Cannot use the database for office",
                "No database server could be reached");
    }

    @Test
    void wrongCredentialsAreOneMessageWithoutThem() {
        try (EmbeddedMongo hub = EmbeddedMongo.builder()
                .user("shop", "right".toCharArray())
                .build()
                .start()) {
            String uri = "mongodb://shop:planted@127.0.0.1:" + hub.port() + "/shop?authSource=admin";
            Run run = run("demo", "--for", "1s", "--hub-uri", uri);
            assertOneMessage(run, 1, "refused the user name or password");
            assertThat(run.err()).doesNotContain("planted");
        }
    }

    @Test
    void aPortInUseIsOneMessageAndExitCodeOne() {
        try (EmbeddedMongo taken = EmbeddedMongo.builder().build().start()) {
            String port = Integer.toString(taken.port());
            assertOneMessage(run("embedded", "--port", port), 1, "Cannot listen on 127.0.0.1:" + port, "another port");
            assertOneMessage(
                    run("demo", "--for", "1s", "--devices", "1", "--port", port),
                    1,
                    "Cannot listen on 127.0.0.1:" + port,
                    "choose another --port");
        }
    }

    @Test
    void aDirectoryInUseIsOneMessageAndExitCodeOne() {
        try (EmbeddedMongo taken =
                EmbeddedMongo.builder().directory(directory).build().start()) {
            assertThat(taken.port()).isPositive();
            assertOneMessage(
                    run("embedded", "--port", "0", "--dir", directory.toString()),
                    1,
                    "Cannot use the data directory",
                    "another embedded server has it open");
        }
    }

    @Test
    void refusesADatabaseThatIsNotEmpty() {
        try (EmbeddedMongo own = EmbeddedMongo.builder().build().start();
                Replica replica = new Replica("office", own.uri("full"), "full")) {
            replica.database().getCollection("things").insertOne(new Document("_id", 1));
            assertOneMessage(run("demo", "--for", "1s", "--hub-uri", own.uri("full")), 2, "is not empty");
        }
    }

    @Test
    void importsRunsComparesAndSaysSoInJson() throws IOException {
        Files.writeString(directory.resolve("books.json"), """
                {"_id": 1, "title": "Unlocking Android", "publishedDate": {"$date": "2009-04-01T00:00:00.000-0700"}}

                {"_id": {"$oid": "55f14312c7447c3da7051b26"}, "name": "Kitchen", "rating": {"$numberDecimal": "4.5"}}
                """);
        Files.writeString(directory.resolve("notes.txt"), "not sample data");

        Run run = run("demo", "--for", "3s", "--port", "0", "--json", "--data", directory.toString());

        Document summary = Document.parse(run.out());
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(summary.getBoolean("equal")).isTrue();
        assertThat(((Number) summary.get("imported")).longValue()).isEqualTo(24 + 2);
        Document replicas = summary.get("replicas", Document.class);
        assertThat(replicas.keySet()).containsExactly("office", "till-1", "till-2");
        for (String replica : replicas.keySet()) {
            Document found = replicas.get(replica, Document.class);
            assertThat(((Number) found.get("changes")).longValue()).isPositive();
            assertThat(found.get("salesByMaker", Document.class).values())
                    .as("sales of everybody have arrived at " + replica)
                    .allSatisfy(
                            sales -> assertThat(((Number) sales).longValue()).isPositive());
        }
    }

    @Test
    void runsOnServersOfOnesOwnAlsoOnAStandaloneOne() {
        try (EmbeddedMongo device = EmbeddedMongo.builder().standalone().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start()) {
            Run run = run(
                    "demo",
                    "--for",
                    "2s",
                    "--port",
                    "0",
                    "--local-uri",
                    device.uri("till"),
                    "--hub-uri",
                    hub.uri("office"));
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out())
                    .contains("All replicas are equal.")
                    .contains("till-1")
                    .doesNotContain("\u001b[");
        }
    }
}
