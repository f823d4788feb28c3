package io.tandem.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tandem completion}. */
@Command(
        name = "completion",
        description =
                "Prints a script for bash and zsh that completes commands and options, or writes the manual pages.",
        footer = {
            "  source <(tandem completion)",
            "  tandem completion > /etc/bash_completion.d/tandem",
            "  tandem completion --man /usr/local/share/man/man1"
        })
final class CompletionCommand extends ToolCommand {

    @Option(
            names = "--man",
            paramLabel = "DIR",
            description = "Write one manual page per command into this directory instead.")
    private @Nullable Path manual;

    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int work() throws IOException {
        if (manual == null) {
            out().print(AutoComplete.bash("tandem", spec().root().commandLine()));
            return ExitCodes.OK;
        }
        Path directory = Files.createDirectories(surroundings().directory().resolve(manual));
        Map<String, String> pages = ManPages.of(spec().root().commandLine());
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(directory.resolve(page.getKey()), page.getValue(), StandardCharsets.UTF_8);
        }
        print("@|green ✓|@ " + pages.size() + " manual pages in " + directory);
        return ExitCodes.OK;
    }
}
