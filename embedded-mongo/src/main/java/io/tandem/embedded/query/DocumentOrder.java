package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The order of a sort specification: by the smallest (or largest) value at each path, missing as null. Any thread. */
public final class DocumentOrder implements Comparator<Document> {
    @SuppressWarnings("ArrayRecordComponent")
    private record Key(String[] path, int direction) {}

    private final List<Key> keys;
    private final Collation collation;

    private DocumentOrder(List<Key> keys, Collation collation) {
        this.keys = keys;
        this.collation = collation;
    }

    public static DocumentOrder of(Document sort, Collation collation) {
        List<Key> keys = new ArrayList<>();
        sort.forEach((path, direction) -> {
            if (!(direction instanceof Number number) || Math.abs(number.doubleValue()) != 1) {
                throw new ServerError(15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
            }
            keys.add(new Key(Values.split(path), number.intValue()));
        });
        return new DocumentOrder(keys, collation);
    }

    @Override
    public int compare(Document a, Document b) {
        for (Key key : keys) {
            int order = BsonOrder.compare(value(a, key), value(b, key), collation);
            if (order != 0) {
                return order * key.direction;
            }
        }
        return 0;
    }

    private @Nullable Object value(Document document, Key key) {
        if (key.path.length == 1) {
            Object value = document.get(key.path[0]);
            if (!(value instanceof List)) {
                return value;
            }
        }
        Extreme extreme = new Extreme(key.direction);
        Paths.any(document, key.path, 0, true, null, extreme);
        return extreme.value();
    }

    /** Collects the extreme of all values at a path. */
    private final class Extreme implements ValueTest {
        private final int direction;
        private @Nullable Object best;
        private boolean any;
        private boolean elements;

        Extreme(int direction) {
            this.direction = direction;
        }

        @Override
        public boolean test(@Nullable Object value) {
            if (value instanceof List<?> list) {
                // the array itself comes after its elements; only an empty one stands for itself
                if (!list.isEmpty() && elements) {
                    return false;
                }
            } else {
                elements = true;
            }
            Object candidate = value == Values.MISSING ? null : value;
            if (!any || BsonOrder.compare(candidate, best, collation) * direction < 0) {
                best = candidate;
                any = true;
            }
            return false;
        }

        @Nullable
        Object value() {
            return best;
        }
    }
}
