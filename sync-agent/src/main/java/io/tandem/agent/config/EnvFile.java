package io.tandem.agent.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The contents of one {@code .env} file. Immutable.
 *
 * <p>The grammar, line by line (UTF-8, any line ending, a byte order mark is skipped):
 *
 * <pre>
 * line    = blank | comment | [ "export " ] NAME "=" value
 * comment = blanks "#" anything
 * NAME    = letter or "_", then letters, digits, "_"
 * value   = single | double | bare
 * single  = "'" anything but "'" "'"  [ comment ]        taken as it is
 * double  = '"' anything '"' [ comment ]                 only \" and \\ are escapes; any other backslash stays
 * bare    = the rest of the line without blanks at its ends; a "#" after a blank begins a comment
 * </pre>
 *
 * <p>There are no multi-line values and no {@code $VARIABLE} substitution: passwords with {@code $} and Windows paths stay whole. An empty
 * value means "not set". Of two lines with one name the last one holds, and a warning says so.
 *
 * @param path the file
 * @param values name to value with its line
 * @param warnings what looks like a mistake but is not one for sure
 * @param problems lines that have none of the forms above; never with their content, which may be secret
 */
record EnvFile(Path path, Map<String, Line> values, List<String> warnings, List<String> problems) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final long BYTES_MAX = 1 << 20;

    /** A value and where it stands. */
    record Line(String value, int number) {}

    /** Reads a file. What is wrong with it is in {@link #problems()}. */
    static EnvFile read(Path path) {
        try {
            if (Files.size(path) > BYTES_MAX) {
                return broken(path, "is larger than 1 MB; is it really a settings file?");
            }
            return parse(path, Files.readString(path, StandardCharsets.UTF_8));
        } catch (CharacterCodingException notUtf8) {
            return broken(path, "is not UTF-8 text");
        } catch (IOException unreadable) {
            return broken(
                    path, "cannot be read: " + unreadable.getClass().getSimpleName() + " " + unreadable.getMessage());
        }
    }

    private static EnvFile broken(Path path, String why) {
        return new EnvFile(path, Map.of(), List.of(), List.of("The file " + path + " " + why));
    }

    static EnvFile parse(Path path, String text) {
        Reading reading = new Reading(path);
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        int number = 0;
        for (String line : content.split("\\R", -1)) {
            number++;
            reading.line(line.strip(), number);
        }
        return new EnvFile(path, reading.values, reading.warnings, reading.problems);
    }

    /** The state of one pass over a file. One thread. */
    private static final class Reading {
        private final Path path;
        private final Map<String, Line> values = new LinkedHashMap<>();
        private final List<String> warnings = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Reading(Path path) {
            this.path = path;
        }

        void line(String line, int number) {
            if (line.isEmpty() || line.startsWith("#")) {
                return;
            }
            String assignment = line.startsWith("export ") ? line.substring(7).strip() : line;
            int equals = assignment.indexOf('=');
            String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
            if (!NAME.matcher(name).matches()) {
                problems.add(place(number) + " is not NAME=value, a comment or empty");
                return;
            }
            try {
                put(name, value(assignment.substring(equals + 1).strip()), number);
            } catch (IllegalArgumentException malformed) {
                problems.add(place(number) + " (" + name + ") " + malformed.getMessage());
            }
        }

        private void put(String name, String value, int number) {
            Line before = values.put(name, new Line(value, number));
            if (before != null) {
                warnings.add(name + " is set in line " + before.number() + " and again in line " + number + " of "
                        + path + "; the last one holds");
            }
        }

        private String place(int number) {
            return "Line " + number + " of " + path;
        }

        private static String value(String text) {
            if (text.startsWith("'")) {
                int end = text.indexOf('\'', 1);
                return quoted(text.substring(1, Math.max(1, end)), text, end);
            }
            if (text.startsWith("\"")) {
                StringBuilder content = new StringBuilder();
                int end = doubleQuoted(text, content);
                return quoted(content.toString(), text, end);
            }
            return bare(text);
        }

        private static int doubleQuoted(String text, StringBuilder content) {
            for (int i = 1; i < text.length(); i++) {
                char c = text.charAt(i);
                char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
                if (c == '"') {
                    return i;
                }
                if (c == '\\' && (next == '"' || next == '\\')) {
                    content.append(next);
                    i++;
                } else {
                    content.append(c);
                }
            }
            return -1;
        }

        private static String quoted(String content, String text, int end) {
            if (end < 0) {
                throw new IllegalArgumentException("has a quote that is not closed on the same line");
            }
            String rest = text.substring(end + 1).strip();
            if (!rest.isEmpty() && !rest.startsWith("#")) {
                throw new IllegalArgumentException("has text after the closing quote");
            }
            return content;
        }

        private static String bare(String text) {
            for (int i = 0; i < text.length(); i++) {
                boolean afterBlank = i == 0 || Character.isWhitespace(text.charAt(i - 1));
                if (text.charAt(i) == '#' && afterBlank) {
                    return text.substring(0, i).strip();
                }
            }
            return text;
        }
    }
}
