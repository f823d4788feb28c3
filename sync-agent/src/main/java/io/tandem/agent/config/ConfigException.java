package io.tandem.agent.config;

import java.util.List;

/** The settings are wrong. Its message lists every problem, with secrets hidden, and is meant to be printed as it is. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** One entry for each thing that is wrong. */
    public List<String> problems() {
        return problems == null ? List.of() : problems;
    }

    private static String message(List<String> problems) {
        String head = problems.size() == 1
                ? "The configuration has a problem:"
                : "The configuration has " + problems.size() + " problems:";
        return head + "\n\n  " + String.join("\n\n  ", problems)
                + "\n\nNothing was started. See docs/configuration.md.";
    }
}
