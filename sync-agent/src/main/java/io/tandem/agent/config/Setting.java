package io.tandem.agent.config;

import io.tandem.agent.text.Masking;
import java.util.function.Function;

/**
 * One setting: its name, how its text becomes a value, and everything a person needs to know about it. Immutable; any thread.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {
    private final String name;
    private final Group group;
    private final String defaultText;
    private final boolean required;
    private final String rule;
    private final String example;
    private final String meaning;
    private final boolean secret;
    private final Function<String, String> mask;
    private final Function<String, T> parser;

    private Setting(Builder<T> builder) {
        this.name = builder.name;
        this.group = builder.group;
        this.defaultText = builder.defaultText;
        this.required = builder.required;
        this.rule = builder.rule;
        this.example = builder.example;
        this.meaning = builder.meaning;
        this.secret = builder.secret;
        this.mask = builder.mask;
        this.parser = builder.parser;
    }

    /** Where a setting stands in the documentation. */
    public enum Group {
        DATABASES("Databases"),
        DIRECTION("What syncs, and in which direction"),
        CONFLICTS("Conflicts"),
        ENGINE("Engine"),
        GUARDS("Guards"),
        HTTP("HTTP and security"),
        OPERATIONS("Logs and alerts");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    static <T> Builder<T> named(String name, Group group, Function<String, T> parser) {
        return new Builder<>(name, group, parser);
    }

    public String name() {
        return name;
    }

    public Group group() {
        return group;
    }

    /** The text that is parsed when nobody sets it; empty means none. */
    public String defaultText() {
        return defaultText;
    }

    public boolean required() {
        return required;
    }

    /** What is allowed, beginning with "must be". */
    public String rule() {
        return rule;
    }

    /** A valid text. */
    public String example() {
        return example;
    }

    /** What it does, in one or two sentences. */
    public String meaning() {
        return meaning;
    }

    /** Whether its value, or a part of it, is never shown. */
    public boolean secret() {
        return secret;
    }

    /** The text as it may be shown. */
    public String masked(String text) {
        return mask.apply(text);
    }

    /** @throws IllegalArgumentException saying what is wrong, without the value if it is secret */
    T parse(String text) {
        return parser.apply(text);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects what a setting is. */
    static final class Builder<T> {
        private final String name;
        private final Group group;
        private final Function<String, T> parser;
        private String defaultText = "";
        private boolean required;
        private String rule = "";
        private String example = "";
        private String meaning = "";
        private boolean secret;
        private Function<String, String> mask = Function.identity();

        private Builder(String name, Group group, Function<String, T> parser) {
            this.name = name;
            this.group = group;
            this.parser = parser;
        }

        Builder<T> defaultsTo(String text) {
            this.defaultText = text;
            return this;
        }

        Builder<T> required() {
            this.required = true;
            return this;
        }

        Builder<T> rule(String mustBe, String validExample) {
            this.rule = mustBe;
            this.example = validExample;
            return this;
        }

        Builder<T> hides(Function<String, String> secretParts) {
            this.secret = true;
            this.mask = secretParts;
            return this;
        }

        Builder<T> hidesAll() {
            return hides(text -> text.isEmpty() ? text : Masking.HIDDEN);
        }

        Setting<T> means(String sentence) {
            this.meaning = sentence;
            return new Setting<>(this);
        }
    }
}
