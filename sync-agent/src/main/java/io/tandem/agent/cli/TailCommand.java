package io.tandem.agent.cli;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem tail}. */
@Command(
        name = "tail",
        description = "Shows changes and notices live, as the running agent settles them. Ends with Ctrl-C.",
        footer = {"  tandem tail", "  tandem tail --collection orders", "  tandem tail --for 30s --json | jq .outcome"})
final class TailCommand extends ToolCommand {

    @Option(names = "--collection", paramLabel = "NAME", description = "Only changes of this collection.")
    private @Nullable String collection;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, for example 30s.")
    private @Nullable String duration;

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    TailCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        Optional<Duration> end = Optional.ofNullable(duration).map(TailCommand::parsedDuration);
        AtomicBoolean timeUp = new AtomicBoolean();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tandem-tail-timer");
            thread.setDaemon(true);
            return thread;
        });
        Stream<String> lines = agent.client().lines("/api/events");
        try {
            if (end.isPresent()) {
                var unused = timer.schedule(
                        () -> {
                            timeUp.set(true);
                            lines.close();
                        },
                        end.get().toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            follow(lines.iterator(), timeUp);
        } finally {
            timer.shutdownNow();
            lines.close();
        }
        return timeUp.get() ? ExitCodes.OK : ended();
    }

    private static Duration parsedDuration(String text) {
        try {
            return io.tandem.agent.text.Durations.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage("--for " + text + " " + wrong.getMessage() + ".");
        }
    }

    private static int ended() {
        throw CommandFailure.failed(
                "The agent closed the stream of events: it stopped, or this terminal was too slow. Start tail again.");
    }

    private void follow(Iterator<String> lines, AtomicBoolean timeUp) {
        String event = "";
        try {
            while (!timeUp.get() && lines.hasNext()) {
                String line = lines.next();
                if (line.startsWith("event:")) {
                    event = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    show(event, line.substring(5).strip());
                }
            }
        } catch (java.io.UncheckedIOException closed) {
            if (!timeUp.get()) {
                throw CommandFailure.failed("The connection to the agent was lost: " + closed.getMessage());
            }
        }
    }

    private void show(String event, String data) {
        BsonDocument content;
        try {
            content = BsonDocument.parse(data);
        } catch (JsonParseException notJson) {
            throw CommandFailure.failed("What answers is not a Tandem agent: its events are not JSON.");
        }
        switch (event) {
            case "changes" -> Fields.items(content, "changes").forEach(this::showChange);
            case "notice", "alert" -> showNotice(event, content);
            default -> {
                // the state of the whole, once a second: 'tandem status' shows it
            }
        }
        out().flush();
    }

    private void showChange(BsonDocument change) {
        if (collection != null && !collection.equals(Fields.text(change, "collection"))) {
            return;
        }
        if (json) {
            plain(change.toJson());
            return;
        }
        plain(Fields.time(change, "at") + "  " + Fields.text(change, "direction") + "  "
                + Fields.text(change, "operation")
                + "  " + Table.printable(Fields.text(change, "collection")) + "/"
                + Table.printable(Fields.text(change, "documentId")) + "  " + Fields.text(change, "outcome"));
    }

    private void showNotice(String event, BsonDocument notice) {
        if (json) {
            plain(notice.toJson());
        } else {
            plain(Fields.time(notice, event.equals("alert") ? "raisedAt" : "at") + "  " + event + "  "
                    + Table.printable(Fields.text(notice, "text")));
        }
    }
}
