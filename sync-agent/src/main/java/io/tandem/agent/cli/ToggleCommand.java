package io.tandem.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bson.BsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem toggle on|off}. */
@Command(
        name = "toggle",
        description =
                "Turns the direction Atlas to device on or off in the running agent, without a restart and without losing anything.",
        footer = {
            "  tandem toggle on",
            "  tandem toggle off",
            "",
            "A restart begins with BIDIRECTIONAL_SYNC_ENABLED again: change it in the settings too if the switch is to last."
        })
final class ToggleCommand extends ToolCommand {

    /** What it can be turned to, for the shell to complete. */
    static final class States extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        States() {
            super(List.of("on", "off"));
        }
    }

    @Parameters(paramLabel = "on|off", completionCandidates = States.class, description = "The new state.")
    private String state = "";

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    ToggleCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        String word = state.toLowerCase(Locale.ROOT);
        if (!List.of("on", "off").contains(word)) {
            throw CommandFailure.wrongUsage("'" + state + "' is neither on nor off. For example: tandem toggle on");
        }
        boolean wanted = word.equals("on");
        BsonDocument answer = agent.client().post(AgentClient.SYNC + "/toggle", "{\"enabled\": " + wanted + "}");
        if (Fields.flag(answer, "enabled") != wanted) {
            throw CommandFailure.failed(
                    "The agent answered, but bidirectional sync is not " + word + ": " + answer.toJson());
        }
        if (json) {
            json(answer);
        } else {
            print("@|green ✓|@ Bidirectional sync is " + word + ". " + Fields.text(answer, "message"));
        }
        return ExitCodes.OK;
    }
}
