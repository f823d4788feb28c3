package io.tandem.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every {@code curl} and {@code grep} command of the reference guide, in its order. */
final class GuideCommands {
    private static final Pattern BLOCK = Pattern.compile("```bash\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WANTED = Pattern.compile("(^|[\\s'|(])(curl|grep) ");

    private GuideCommands() {}

    static List<String> all() {
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(text());
        while (block.find()) {
            String joined = block.group(1).replaceAll("\\\\\\n\\s*", "");
            for (String line : joined.split("\\n", -1)) {
                String command = line.strip();
                if (!command.startsWith("#") && WANTED.matcher(command).find()) {
                    commands.add(command);
                }
            }
        }
        return commands;
    }

    /** The block that begins with {@code #!/bin/bash}: the guide's alert script. */
    static String alertScript() {
        Matcher block = BLOCK.matcher(text());
        while (block.find()) {
            if (block.group(1).startsWith("#!/bin/bash")) {
                return block.group(1);
            }
        }
        throw new IllegalStateException("the guide has no script");
    }

    private static String text() {
        try (InputStream in = GuideCommands.class.getResourceAsStream("/guide/bidirectional-sync-migration-guide.md")) {
            if (in == null) {
                throw new IllegalStateException("the guide is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
