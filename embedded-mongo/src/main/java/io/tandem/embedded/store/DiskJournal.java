package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The data directory: one file to which every change is appended before anybody sees it. Changes are written by the holder of the
 * write gate; {@link #sync} may come from any thread.
 *
 * <p>The file begins with eight bytes of magic and version and then holds frames: length (four bytes), CRC-32C of the content (four
 * bytes), content (one BSON document, see {@link JournalRecords}). A write is handed to the operating system before it is
 * acknowledged, so it survives the end of the process; {@link #sync} makes it survive a power failure. A torn last frame is cut off
 * when the file is opened. When the file has become much larger than what it describes, it is written anew beside the old one
 * and renamed over it.
 */
public final class DiskJournal implements Journal {
    static final long MAGIC = 0x54_44_4D_4A_00_00_00_01L;
    private static final String FILE = "journal.bin";
    private static final String LOCK = "lock";
    /** A file is rewritten only when it is larger than this and than twice its size after the last rewriting. */
    private static final long REWRITE_BYTES = 64L * 1024 * 1024;

    private final Path directory;
    private final Storage storage;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private FileChannel channel;
    private long size;
    private long sizeAfterRewrite;
    private volatile boolean rewriteDue;

    private DiskJournal(Path directory, Storage storage, FileChannel lockChannel, FileLock lock) throws IOException {
        this.directory = directory;
        this.storage = storage;
        this.lockChannel = lockChannel;
        this.lock = lock;
        Path file = directory.resolve(FILE);
        long end = Files.exists(file) ? JournalReader.load(file, storage) : 0;
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (end == 0) {
            channel.truncate(0);
            writeFully(channel, header());
            writeFully(channel, frame(JournalRecords.floor(storage.log().floor(), false)));
            end = channel.position();
        } else {
            channel.truncate(end);
            channel.position(end);
        }
        // tokens of idle streams name times that are in no entry, so a new process begins after all of them
        writeFully(channel, frame(JournalRecords.clock(storage.log().leaveEarlierTimes())));
        size = channel.position();
        sizeAfterRewrite = size;
    }

    /**
     * Opens a directory, loads what is in it and writes every later change of the storage there.
     *
     * @throws UncheckedIOException when the directory cannot be used, another process uses it, or its version is unknown
     */
    public static void open(Path directory, Storage storage) {
        try {
            Files.createDirectories(directory);
            FileChannel lockChannel =
                    FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(lockChannel);
            if (lock == null) {
                lockChannel.close();
                throw new IOException("Cannot use the data directory " + directory
                        + ": another embedded server has it open. Stop that one or choose another directory.");
            }
            boolean opened = false;
            try {
                storage.useJournal(new DiskJournal(directory, storage, lockChannel, lock));
                opened = true;
            } finally {
                if (!opened) {
                    lockChannel.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            return null;
        }
    }

    private static ByteBuffer header() {
        return ByteBuffer.allocate(8).putLong(MAGIC).flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void changes(List<LogEntry> placed) {
        append(JournalRecords.changes(placed));
        if (size > REWRITE_BYTES && size > 2 * sizeAfterRewrite) {
            rewriteDue = true;
        }
    }

    @Override
    public void collection(StoredCollection collection) {
        append(JournalRecords.collection(collection));
    }

    @Override
    public void evicted(StoredCollection collection, StoredRecord record) {
        append(JournalRecords.evicted(collection, record));
    }

    private static ByteBuffer frame(Document content) {
        byte[] bytes = BsonEncoder.encode(content);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return ByteBuffer.allocate(bytes.length + 8)
                .putInt(bytes.length)
                .putInt((int) crc.getValue())
                .put(bytes)
                .flip();
    }

    private synchronized void append(Document content) {
        try {
            ByteBuffer frame = frame(content);
            int length = frame.remaining();
            writeFully(channel, frame);
            size += length;
        } catch (IOException e) {
            cutOff(e);
            throw new ServerError(
                    ServerError.OUT_OF_DISK_SPACE,
                    "Cannot write to the data directory " + directory + " (" + e.getMessage()
                            + "); the change was not made. Make room on the disk.");
        }
    }

    /** Takes back what a failed write left behind, since nothing after it could be read. */
    private void cutOff(IOException failure) {
        try {
            channel.truncate(size);
            channel.position(size);
        } catch (IOException e) {
            e.addSuppressed(failure);
            throw new UncheckedIOException(
                    "Cannot repair the journal in " + directory
                            + " after a failed write. Check the disk, then restart the server.",
                    e);
        }
    }

    @Override
    public synchronized void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot flush the data directory " + directory, e);
        }
    }

    @Override
    public boolean isRewriteDue() {
        return rewriteDue;
    }

    /** Writes everything that is still needed to a new file beside the old one, and puts it in its place. */
    @Override
    public synchronized void rewrite() {
        rewriteDue = false;
        Path temporary = directory.resolve(FILE + ".new");
        try {
            FileChannel next = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            writeFully(next, header());
            JournalRecords.snapshot(storage, content -> {
                try {
                    writeFully(next, frame(content));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            next.force(false);
            Files.move(
                    temporary,
                    directory.resolve(FILE),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            channel.close();
            channel = next;
            size = next.position();
            sizeAfterRewrite = size;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot rewrite the journal in " + directory, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            channel.force(true);
            channel.close();
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the data directory " + directory, e);
        }
    }
}
