package io.tandem.agent.security;

import io.tandem.agent.json.Json;
import io.tandem.agent.text.Masking;
import io.tandem.agent.view.AuditView;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every state-changing call, one JSON object a line in {@code audit.log}, and the last of them in memory. Any thread.
 *
 * <p>A line is on its way to the disk before the call is answered. Files are kept in four generations of up to 10 MB.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long FILE_BYTES_MAX = 10L << 20;
    private static final int GENERATIONS = 4;
    private static final int KEPT_MAX = 1_000;
    private static final long TAIL_BYTES = 512L << 10;

    private final Path file;
    private final Masking masking;
    private final long bytesMax;

    /** Guarded by this. */
    private final Deque<AuditView.Entry> kept = new ArrayDeque<>();

    /** Guarded by this. A plain stream: a channel is closed for good when the thread of a call that writes is interrupted. */
    private FileOutputStream out;

    private AuditLog(Path file, Masking masking, long bytesMax, FileOutputStream out) {
        this.file = file;
        this.masking = masking;
        this.bytesMax = bytesMax;
        this.out = out;
    }

    /** Opens the log in a directory and remembers its end. @throws UncheckedIOException when it cannot be written */
    public static AuditLog open(Path directory, Masking masking) {
        return open(directory, masking, FILE_BYTES_MAX);
    }

    /** As above with another size at which a new file is begun. */
    static AuditLog open(Path directory, Masking masking, long bytesMax) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("audit.log");
            AuditLog log = new AuditLog(file, masking, bytesMax, append(file));
            log.remember();
            return log;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("Cannot write the audit log in " + directory, unwritable);
        }
    }

    /** Writes one entry. A full disk is reported in the log and does not stop the call. */
    public synchronized void write(AuditView.Entry entry) {
        AuditView.Entry clean = new AuditView.Entry(
                entry.at(),
                masking.apply(entry.who()),
                entry.from(),
                masking.apply(entry.call()),
                masking.apply(entry.detail()),
                entry.status());
        keep(clean);
        try {
            if (!Files.exists(file)) {
                // Somebody moved it away; what we have open has no name any more.
                out.close();
                out = append(file);
            } else if (Files.size(file) > bytesMax) {
                rotate();
            }
            out.write((Json.write(clean) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException full) {
            LOG.error("Cannot write the audit log {}: {}", file, full.toString());
        }
    }

    /** The last entries, newest first. */
    public synchronized AuditView view(int limit) {
        List<AuditView.Entry> entries = new ArrayList<>(kept);
        Collections.reverse(entries);
        return new AuditView(List.copyOf(entries.subList(0, Math.min(limit, entries.size()))));
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException failed) {
            LOG.warn("Cannot close the audit log {}: {}", file, failed.toString());
        }
    }

    private static FileOutputStream append(Path file) throws IOException {
        return new FileOutputStream(file.toFile(), true);
    }

    private void keep(AuditView.Entry entry) {
        if (kept.size() == KEPT_MAX) {
            kept.removeFirst();
        }
        kept.addLast(entry);
    }

    private void rotate() throws IOException {
        out.close();
        try {
            for (int i = GENERATIONS - 1; i >= 1; i--) {
                Path from = i == 1 ? file : file.resolveSibling("audit." + (i - 1) + ".log");
                if (Files.exists(from)) {
                    Files.move(from, file.resolveSibling("audit." + i + ".log"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException immovable) {
            // Rather one file that grows than an entry that is lost.
            LOG.error("Cannot begin a new audit log beside {}: {}", file, immovable.toString());
        } finally {
            out = append(file);
        }
    }

    private void remember() throws IOException {
        byte[] end;
        try (RandomAccessFile tail = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, tail.length() - TAIL_BYTES);
            tail.seek(from);
            end = new byte[(int) (tail.length() - from)];
            tail.readFully(end);
        }
        for (String line : new String(end, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith("{") && line.endsWith("}")) {
                parse(line);
            }
        }
    }

    private void parse(String line) {
        try {
            BsonDocument entry = BsonDocument.parse(line);
            keep(new AuditView.Entry(
                    Instant.parse(text(entry, "at")),
                    text(entry, "who"),
                    text(entry, "from"),
                    text(entry, "call"),
                    text(entry, "detail"),
                    entry.getInt32("status", new BsonInt32(0)).getValue()));
        } catch (RuntimeException foreign) {
            // Cut off by a power failure, or written by something else: it stays in the file, it is only not shown.
            LOG.debug("A line of {} is not an audit entry", file, foreign);
        }
    }

    private static String text(BsonDocument entry, String name) {
        return entry.getString(name, new BsonString("")).getValue();
    }
}
