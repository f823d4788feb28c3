package io.tandem.demo;

import io.tandem.agent.cli.CommandFailure;
import io.tandem.agent.text.Masking;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tandem embedded}: one embedded server, for trials and tests by hand with any MongoDB client. */
@Command(
        name = "embedded",
        description = "Runs an embedded MongoDB-compatible server to try things with. Never for production.",
        footer = {
            "",
            "Examples:",
            "  tandem embedded --port 27017",
            "  tandem embedded --port 27018 --dir ./data --replica-set shop",
            "  tandem embedded --port 27019 --standalone",
            "",
            "Stop it with Ctrl-C."
        })
final class EmbeddedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--port", required = true, description = "Port to listen on; 0 picks a free one.")
    private int port;

    @Option(names = "--dir", description = "Keep the data in this directory; without it, in memory.")
    private Path directory = Path.of("");

    @Option(names = "--standalone", description = "Behave like a server that is not in a replica set.")
    private boolean standalone;

    @Option(names = "--replica-set", description = "Name of the replica set (default: ${DEFAULT-VALUE}).")
    private String replicaSet = "rs0";

    @Option(names = "--user", description = "Ask for this user name; needs --password-file.")
    private String user = "";

    @Option(names = "--password-file", description = "File whose first line is the user's password.")
    private Path passwordFile = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        EmbeddedMongo server = start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            stopped.countDown();
                        },
                        "tandem-embedded-stop"));
        PrintWriter out = spec.commandLine().getOut();
        out.println("Embedded server for trials and tests, not for production.");
        out.println("  " + Masking.patterns(server.uri()));
        out.println("  Data: " + (directory.toString().isEmpty() ? "in memory" : directory.toAbsolutePath()));
        out.println("Stop it with Ctrl-C.");
        out.flush();
        stopped.await();
        return 0;
    }

    private void addUser(EmbeddedMongo.Builder builder) {
        boolean named = !user.isEmpty();
        if (named == passwordFile.toString().isEmpty()) {
            throw CommandFailure.wrongUsage("--user and --password-file belong together; give both or neither.");
        }
        if (!named) {
            return;
        }
        try {
            String password =
                    Files.readAllLines(passwordFile).stream().findFirst().orElse("");
            if (password.isEmpty()) {
                throw CommandFailure.wrongUsage(
                        "The first line of " + passwordFile + " is empty; it must be the password.");
            }
            builder.user(user, password.toCharArray());
        } catch (IOException unreadable) {
            throw CommandFailure.wrongUsage("The password file " + passwordFile + " cannot be read: " + unreadable);
        }
    }

    private EmbeddedMongo start() {
        EmbeddedMongo server;
        try {
            server = described().build();
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage(wrong.getMessage() + ". See 'tandem embedded --help'.");
        }
        try {
            return server.start();
        } catch (UncheckedIOException failed) {
            server.close();
            IOException cause = Objects.requireNonNull(failed.getCause());
            throw CommandFailure.failed(String.valueOf(cause.getMessage()));
        }
    }

    private EmbeddedMongo.Builder described() {
        EmbeddedMongo.Builder builder = EmbeddedMongo.builder().port(port);
        if (standalone) {
            builder.standalone();
        } else {
            builder.replicaSet(replicaSet);
        }
        if (!directory.toString().isEmpty()) {
            builder.directory(directory);
        }
        addUser(builder);
        return builder;
    }
}
