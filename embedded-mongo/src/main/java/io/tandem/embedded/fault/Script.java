package io.tandem.embedded.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The faults that wait for their command. Any thread. */
final class Script {

    private final List<Line> lines = new ArrayList<>(); // guarded by this

    /**
     * Plans a fault for a coming command.
     *
     * @param skip how many commands of that name go through first
     */
    synchronized void add(String command, int skip, Fault fault) {
        if (skip < 0) {
            throw new IllegalArgumentException("skip must be 0 or more, is " + skip);
        }
        lines.add(new Line(command, skip, fault));
    }

    /** The fault for a command that arrives now, if one was planned for it; then it is used up. */
    synchronized Optional<Fault> take(String command) {
        for (Iterator<Line> all = lines.iterator(); all.hasNext(); ) {
            Line line = all.next();
            if (line.command.equals(command)) {
                if (line.skip == 0) {
                    all.remove();
                    return Optional.of(line.fault);
                }
                line.skip--;
            }
        }
        return Optional.empty();
    }

    synchronized int size() {
        return lines.size();
    }

    synchronized void clear() {
        lines.clear();
    }

    private static final class Line {

        private final String command;
        private final Fault fault;
        private int skip;

        Line(String command, int skip, Fault fault) {
            this.command = command;
            this.skip = skip;
            this.fault = fault;
        }
    }
}
