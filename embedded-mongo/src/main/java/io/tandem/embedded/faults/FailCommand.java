package io.tandem.embedded.faults;

import java.util.List;
import java.util.Set;

/**
 * Commands that are to fail. Immutable.
 *
 * @param commands names of the commands concerned, such as {@code update} or {@code getMore}
 * @param skip how many matching commands still succeed first
 * @param times how many fail after that
 * @param code the error code to answer with; 0 for none
 * @param codeName its name; empty for the server's own name of the code
 * @param labels error labels to add
 * @param closeConnection whether the connection is cut instead of an answer
 * @param afterExecution whether the command takes effect before it fails
 */
public record FailCommand(
        Set<String> commands,
        int skip,
        int times,
        int code,
        String codeName,
        List<String> labels,
        boolean closeConnection,
        boolean afterExecution) {

    public FailCommand {
        if (commands.isEmpty() || skip < 0 || times < 1 || (!closeConnection && code <= 0)) {
            throw new IllegalArgumentException(
                    "a failing command needs names, skip >= 0, times >= 1, and a code > 0 unless it closes the connection");
        }
        commands = Set.copyOf(commands);
        labels = List.copyOf(labels);
    }

    /** The next such command fails with this code, without taking effect. */
    public static FailCommand withCode(String command, int code) {
        return new FailCommand(Set.of(command), 0, 1, code, "", List.of(), false, false);
    }

    /** The next such command is cut off, without taking effect. */
    public static FailCommand cutting(String command) {
        return new FailCommand(Set.of(command), 0, 1, 0, "", List.of(), true, false);
    }

    /** The same, but only after this many have succeeded. */
    public FailCommand skipping(int count) {
        return new FailCommand(commands, count, times, code, codeName, labels, closeConnection, afterExecution);
    }

    /** The same, this many times. */
    public FailCommand times(int count) {
        return new FailCommand(commands, skip, count, code, codeName, labels, closeConnection, afterExecution);
    }

    /** The same with these labels. */
    public FailCommand labelled(String... newLabels) {
        return new FailCommand(
                commands, skip, times, code, codeName, List.of(newLabels), closeConnection, afterExecution);
    }

    /** The same, but the command takes effect before it fails. */
    public FailCommand afterExecuting() {
        return new FailCommand(commands, skip, times, code, codeName, labels, closeConnection, true);
    }
}
