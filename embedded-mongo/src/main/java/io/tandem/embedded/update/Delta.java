package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an update changed, path by path, as change events report it. One thread. */
public final class Delta {
    private final Document updated = new Document();
    private final List<String> removed = new ArrayList<>();

    void set(String path, @Nullable Object value) {
        updated.put(path, value);
    }

    void remove(String path) {
        removed.add(path);
    }

    public boolean isEmpty() {
        return updated.isEmpty() && removed.isEmpty();
    }

    /** New values by dotted path. */
    public Document updated() {
        return updated;
    }

    /** Dotted paths that are gone. */
    public List<String> removed() {
        return removed;
    }
}
