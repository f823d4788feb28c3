package io.tandem.agent.cli;

import io.tandem.agent.migrate.EnvEditor;
import java.io.IOException;
import java.nio.file.Path;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import picocli.CommandLine.Option;

/** One way back: says what it did line by line, or as one JSON object at the end. */
abstract class RollbackWay extends ToolCommand {

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean json;

    private final BsonArray steps = new BsonArray();

    RollbackWay(Surroundings surroundings) {
        super(surroundings);
    }

    /** Goes back; what is told is printed. */
    abstract void goBack() throws IOException;

    @Override
    int work() throws IOException {
        goBack();
        if (json) {
            json(new BsonDocument("steps", steps));
        }
        return ExitCodes.OK;
    }

    final void done(String text) {
        tell("@|green ✓|@", text);
    }

    final void mind(String text) {
        tell("@|yellow !|@", text);
    }

    private void tell(String mark, String text) {
        steps.add(new BsonString(text));
        if (!json) {
            print(mark + " " + Table.printable(text).replace("@|", "@ |"));
            out().flush();
        }
    }

    final void warnWhenOverridden(String name) {
        if (surroundings().environment().containsKey(name)) {
            mind("The environment sets " + name
                    + " too and wins over the file: change it where the agent gets its environment from.");
        }
    }

    final void set(Path file, String name, String value) throws IOException {
        try {
            EnvEditor.set(file, name, value);
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.wrongUsage(String.valueOf(impossible.getMessage()));
        }
        done(name + "=" + value + " in " + file);
        warnWhenOverridden(name);
    }
}
