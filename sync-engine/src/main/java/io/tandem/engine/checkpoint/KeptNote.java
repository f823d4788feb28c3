package io.tandem.engine.checkpoint;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.bson.BsonDocument;

/**
 * A note on the device that follows something in memory. Thread-safe; holds no lock while it writes.
 *
 * <p>One thread writes at a time, always the newest content, so that an older one never lands on top of a newer one. Whoever
 * finds a writer at work leaves the rest to it; what depends on the note being stored asks {@link #isSaved()} first. A write
 * that failed leaves the note unsaved, for the next call of {@link #save()}.
 */
public final class KeptNote {
    private final DeviceStore device;
    private final String id;
    private final Supplier<Optional<BsonDocument>> content;
    private final AtomicLong version = new AtomicLong();
    private final AtomicBoolean saving = new AtomicBoolean();
    private volatile long saved;

    /**
     * A note that counts as saved until something changes.
     *
     * @param content what is to be stored now; empty to have no such note
     */
    public KeptNote(DeviceStore device, String id, Supplier<Optional<BsonDocument>> content) {
        this.device = device;
        this.id = id;
        this.content = content;
    }

    /** The content is another one now, or will be in a moment. */
    public void changed() {
        version.incrementAndGet();
    }

    /** Whether the device knows all that has changed. */
    public boolean isSaved() {
        return saved == version.get();
    }

    /** Writes until the newest content is stored, unless another thread does. Blocking; throws like {@link DeviceStore}. */
    public void save() {
        while (!isSaved() && saving.compareAndSet(false, true)) {
            try {
                long now = version.get();
                Optional<BsonDocument> note = content.get();
                if (note.isPresent()) {
                    device.saveNote(id, note.get());
                } else {
                    device.removeNote(id);
                }
                saved = now;
            } finally {
                saving.set(false);
            }
        }
    }

    /** What is in memory was just read from the device, or is to be read anew: there is nothing to write. */
    public void forget() {
        saved = version.get();
    }
}
