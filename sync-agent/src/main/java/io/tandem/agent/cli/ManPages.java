package io.tandem.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Writes a command and its subcommands as manual pages in roff. Pure. */
final class ManPages {

    private ManPages() {}

    /** File names (such as {@code tandem-backup.1}) and contents, one for each command. */
    static Map<String, String> of(CommandLine root) {
        Map<String, String> pages = new TreeMap<>();
        add(root, pages);
        return pages;
    }

    private static void add(CommandLine command, Map<String, String> pages) {
        CommandSpec spec = command.getCommandSpec();
        pages.put(spec.qualifiedName("-") + ".1", page(spec));
        command.getSubcommands().values().forEach(subcommand -> add(subcommand, pages));
    }

    private static String page(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        List<String> lines = new ArrayList<>();
        lines.add(".TH \"" + spec.qualifiedName("-").toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"tandem "
                + TandemVersion.current() + "\" \"Tandem\"");
        lines.add(".SH NAME");
        lines.add(spec.qualifiedName("-") + " \\- " + roff(firstSentence(usage.description())));
        lines.add(".SH SYNOPSIS");
        lines.add(".nf");
        for (String line : spec.commandLine()
                .getUsageMessage(CommandLine.Help.Ansi.OFF)
                .replace("\r", "")
                .split("\n", -1)) {
            boolean synopsis = line.startsWith("Usage: ")
                    || (lines.get(lines.size() - 1).startsWith(spec.root().name()) && line.startsWith("     "));
            if (!synopsis) {
                break;
            }
            lines.add(roff(line.replace("Usage: ", "")));
        }
        lines.add(".fi");
        lines.add(".SH DESCRIPTION");
        for (String text : usage.description()) {
            lines.add(text.isBlank() ? ".PP" : roff(text));
        }
        options(spec, lines);
        subcommands(spec, lines);
        section("EXIT STATUS", usage.exitCodeList(), lines);
        if (usage.footer().length > 0) {
            lines.add(".SH EXAMPLES");
            lines.add(".nf");
            for (String text : usage.footer()) {
                lines.add(roff(text));
            }
            lines.add(".fi");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String firstSentence(String[] description) {
        String first = description.length == 0 ? "" : description[0];
        int end = first.indexOf(". ");
        return (end < 0 ? first : first.substring(0, end)).replaceAll("\\.$", "");
    }

    private static void options(CommandSpec spec, List<String> lines) {
        lines.add(".SH OPTIONS");
        for (PositionalParamSpec positional : spec.positionalParameters()) {
            entry(positional.paramLabel(), positional.description(), lines);
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
                entry(String.join(", ", option.names()) + label, expanded(option), lines);
            }
        }
    }

    private static String[] expanded(OptionSpec option) {
        String[] description = option.description().clone();
        for (int i = 0; i < description.length; i++) {
            String value = option.defaultValue() == null ? "" : option.defaultValue();
            description[i] = description[i].replace("${DEFAULT-VALUE}", value);
        }
        return description;
    }

    private static void subcommands(CommandSpec spec, List<String> lines) {
        if (!spec.subcommands().isEmpty()) {
            lines.add(".SH COMMANDS");
            spec.subcommands()
                    .forEach((name, subcommand) -> entry(
                            name, subcommand.getCommandSpec().usageMessage().description(), lines));
        }
    }

    private static void section(String heading, Map<String, String> entries, List<String> lines) {
        if (!entries.isEmpty()) {
            lines.add(".SH " + heading);
            entries.forEach((key, text) -> entry(key, new String[] {text}, lines));
        }
    }

    private static void entry(String term, String[] description, List<String> lines) {
        lines.add(".TP");
        lines.add("\\fB" + roff(term) + "\\fR");
        for (String text : description) {
            lines.add(roff(text));
        }
    }

    /** Backslashes, hyphens and leading dots mean something to roff. */
    private static String roff(String text) {
        String escaped = text.replace("%n", " ").replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
