package io.tandem.agent.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** How text reaches a console, a file or a pipe: its encoding and its colours. Pure but for the streams it is given. */
final class ConsoleText {

    /** Every sign that the commands print beyond ASCII. */
    private static final String SIGNS = "✓✗→";

    private ConsoleText() {}

    /** Writes to a stream in an encoding that has all the signs; line by line. */
    static PrintWriter writer(PrintStream stream) {
        Charset ofPlatform = Charset.forName(System.getProperty("stdout.encoding", platformEncoding()));
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return new PrintWriter(new OutputStreamWriter(stream, encoding(ofPlatform, windows)), true);
    }

    private static String platformEncoding() {
        return System.getProperty(
                "sun.stdout.encoding", Charset.defaultCharset().name());
    }

    /**
     * The platform's encoding if it has the signs, else UTF-8: without a locale (cron, containers) a Unix platform says ASCII, and a check
     * mark would come out as a question mark. A Windows console shows nothing but its own encoding.
     */
    static Charset encoding(Charset ofPlatform, boolean windows) {
        return windows || ofPlatform.newEncoder().canEncode(SIGNS) ? ofPlatform : StandardCharsets.UTF_8;
    }

    /** Colours for a terminal only, unless {@code NO_COLOR} is set to anything; {@code CLICOLOR_FORCE} colours everything. */
    static Ansi colours(Map<String, String> environment, boolean interactive) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return Ansi.OFF;
        }
        String forced = environment.getOrDefault("CLICOLOR_FORCE", "");
        if (!forced.isEmpty() && !forced.equals("0")) {
            return Ansi.ON;
        }
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb")
                || environment.getOrDefault("CLICOLOR", "").equals("0");
        return interactive && !dumb ? Ansi.ON : Ansi.OFF;
    }
}
