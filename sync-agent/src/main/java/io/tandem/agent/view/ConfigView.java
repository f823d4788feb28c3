package io.tandem.agent.view;

import java.util.List;

/** The settings in force. */
@Doc("The settings in force, secrets hidden")
public record ConfigView(List<Item> items, List<String> warnings) {

    /** One setting. */
    @Doc("One setting")
    public record Item(
            String name,
            @Doc("Its group in the documentation") String group,
            @Doc("Value in force, secrets hidden") String value,

            @Doc("environment, a file with its line, or default")
            String source,

            @Doc("Value when nobody sets it; empty means none")
            String defaultValue,

            @Doc("What is allowed") String rule,
            String meaning,
            boolean secret) {}
}
