package io.tandem.agent.migrate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes single settings in a {@code .env} file and leaves everything else in it as it is, comments and line ends included. */
public final class EnvEditor {

    private static final Pattern NEEDS_QUOTES = Pattern.compile("^['\"]|^\\s|\\s$|(^|\\s)#");

    private EnvEditor() {}

    /**
     * Sets a setting: in the line that sets it (the last one counts), else at the end. A comment behind the old value stays. The file is
     * replaced as a whole, is on the disk when this returns, and keeps its permissions; a symbolic link keeps pointing to it. A new file
     * is readable for its owner only, since such files hold passwords.
     *
     * @throws IllegalArgumentException when no spelling of the value is possible in such a file
     */
    public static void set(Path file, String name, String value) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        String before = Files.exists(target) ? Files.readString(target, StandardCharsets.UTF_8) : "";
        String after = edited(before, name, spelled(name, value));
        if (!after.equals(before)) {
            replace(target, after);
        }
    }

    private static String spelled(String name, String value) {
        if (value.matches("(?s).*[\\r\\n].*")
                || (value.contains("'") && NEEDS_QUOTES.matcher(value).find())) {
            throw new IllegalArgumentException(
                    name
                            + " cannot have this value in a settings file: a line break, or both a quote and a blank before '#'");
        }
        return NEEDS_QUOTES.matcher(value).find() ? "'" + value + "'" : value;
    }

    private static String edited(String text, String name, String spelled) {
        Matcher lines = Pattern.compile("(?m)^(\\uFEFF?[ \\t]*(?:export[ \\t]+)?" + Pattern.quote(name)
                        + "[ \\t]*=[ \\t]*)([^\\r\\n]*)")
                .matcher(text);
        int begin = -1;
        int end = -1;
        while (lines.find()) {
            begin = lines.start(2);
            end = lines.end(2);
        }
        if (begin >= 0) {
            return text.substring(0, begin) + spelled + comment(text.substring(begin, end)) + text.substring(end);
        }
        String lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
        String separated = text.isEmpty() || text.endsWith("\n") ? text : text + lineEnd;
        return separated + name + "=" + spelled + lineEnd;
    }

    /** What stands behind a value: blanks and a comment, or nothing. */
    private static String comment(String assigned) {
        Matcher quoted = Pattern.compile("^(?:'[^']*'|\"(?:\\\\.|[^\"\\\\])*\")(\\s*#.*)$")
                .matcher(assigned);
        if (quoted.find()) {
            return quoted.group(1);
        }
        if (assigned.startsWith("#")) {
            return " " + assigned;
        }
        Matcher bare = Pattern.compile("^[^'\"].*?(\\s+#.*)$").matcher(assigned);
        return bare.find() ? bare.group(1) : "";
    }

    private static void replace(Path target, String text) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        if (Files.exists(target)) {
            Files.copy(target, temporary, StandardCopyOption.COPY_ATTRIBUTES);
        } else if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException otherwise) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
