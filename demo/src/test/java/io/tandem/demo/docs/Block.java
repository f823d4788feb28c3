package io.tandem.demo.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a page. Immutable.
 *
 * @param page the page's file name
 * @param number the line of its fence
 * @param language what stands behind the fence; empty for none
 * @param lines its content, without the indentation of the fence
 */
record Block(String page, int number, String language, List<String> lines) {

    private static final String FENCE = "```";

    Block {
        lines = List.copyOf(lines);
    }

    /** All blocks of a page, in order. */
    static List<Block> of(Path page) {
        List<Block> blocks = new ArrayList<>();
        List<String> content = new ArrayList<>();
        String language = "";
        int fence = 0;
        int number = 0;
        for (String line : read(page)) {
            number++;
            boolean isFence = line.strip().startsWith(FENCE);
            if (isFence && fence == 0) {
                fence = number;
                language = line.strip().substring(FENCE.length()).strip();
            } else if (isFence) {
                blocks.add(new Block(String.valueOf(page.getFileName()), fence, language, content));
                content = new ArrayList<>();
                fence = 0;
            } else if (fence > 0) {
                content.add(line);
            }
        }
        if (fence > 0) {
            throw new AssertionError("the block at " + page + ":" + fence + " has no end");
        }
        return blocks;
    }

    private static List<String> read(Path page) {
        try {
            return Files.readAllLines(page, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    String text() {
        return String.join("\n", lines).stripIndent() + "\n";
    }

    /** Whether it is something to type into a shell. */
    boolean isCommands() {
        return List.of("sh", "bash", "shell", "console", "cron").contains(language);
    }

    /** Where it stands. */
    @Override
    public String toString() {
        return page + ":" + number;
    }
}
