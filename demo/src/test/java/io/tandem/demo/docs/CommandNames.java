package io.tandem.demo.docs;

import io.tandem.agent.cli.TandemCommand;
import java.util.Set;
import java.util.TreeSet;

/** The commands of this build, and those that the launcher adds. */
final class CommandNames {

    private CommandNames() {}

    static Set<String> all() {
        Set<String> names =
                new TreeSet<>(TandemCommand.create().getSubcommands().keySet());
        names.addAll(Set.of("bench", "test"));
        return names;
    }
}
