package io.tandem.agent.cli;

import com.mongodb.MongoException;
import io.tandem.agent.text.Masking;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the operator's commands share: where they print, and how expected failures end. One thread. */
@Command(
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nArguments:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and what was checked is in order",
            "1:the check or the work failed",
            "2:wrong usage or configuration"
        },
        footerHeading = "%nExamples:%n")
abstract class ToolCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ToolCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Does the work; returns one of {@link ExitCodes}. */
    abstract int work() throws IOException;

    @Override
    public final Integer call() {
        try {
            int exitCode = work();
            out().flush();
            return exitCode;
        } catch (MongoException failed) {
            throw CommandFailure.failed(DatabaseFailures.explain(failed));
        } catch (IOException failed) {
            throw CommandFailure.failed(
                    Masking.patterns(failed.getClass().getSimpleName() + ": " + failed.getMessage()));
        } finally {
            out().flush();
        }
    }

    final Surroundings surroundings() {
        return surroundings;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final CommandSpec spec() {
        return spec;
    }

    /** Prints a line; {@code @|green ok|@} is coloured where colours are wanted (a terminal, and no {@code NO_COLOR}). */
    final void print(String markup) {
        out().println(styled(markup));
    }

    final String styled(String markup) {
        return spec.commandLine().getColorScheme().ansi().string(markup);
    }

    /** Prints a line as it is. */
    final void plain(String text) {
        out().println(text);
    }

    final void json(BsonDocument document) {
        out().println(document.toJson(JsonWriterSettings.builder()
                .outputMode(JsonMode.RELAXED)
                .indent(true)
                .build()));
    }

    final void printTable(Table table) {
        table.lines().forEach(out()::println);
    }

    final Map<String, String> environment() {
        return surroundings.environment();
    }
}
