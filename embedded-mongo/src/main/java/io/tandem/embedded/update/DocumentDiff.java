package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The difference of two documents, for pipeline updates as servers since 5.0 report them. Any thread. */
final class DocumentDiff {
    private DocumentDiff() {}

    /** An update with a delta when that is smaller than the new document, else a replacement. */
    static Update.Outcome outcome(Document before, Document after) {
        Delta delta = new Delta();
        if (!diff("", before, after, delta)) {
            return new Update.Outcome(after, new Delta(), true);
        }
        int size = BsonEncoder.sizeOf(delta.updated())
                + delta.removed().stream().mapToInt(path -> path.length() + 8).sum();
        return size < BsonEncoder.sizeOf(after)
                ? new Update.Outcome(after, delta, false)
                : new Update.Outcome(after, new Delta(), true);
    }

    /** Collects the difference; false when a delta cannot express it because fields changed places. */
    private static boolean diff(String prefix, Document before, Document after, Delta delta) {
        List<String> kept = new ArrayList<>(before.keySet());
        kept.retainAll(after.keySet());
        List<String> start = new ArrayList<>(after.keySet());
        if (!start.subList(0, Math.min(kept.size(), start.size())).equals(kept)) {
            return false;
        }
        for (String name : before.keySet()) {
            if (!after.containsKey(name)) {
                delta.remove(prefix + name);
            }
        }
        for (String name : after.keySet()) {
            Object value = after.get(name);
            if (!before.containsKey(name)) {
                delta.set(prefix + name, value);
            } else if (!same(before.get(name), value)) {
                Delta inner = new Delta();
                boolean nested = before.get(name) instanceof Document left
                        && value instanceof Document right
                        && !name.contains(".")
                        && diff(prefix + name + ".", left, right, inner);
                if (nested) {
                    inner.updated().forEach(delta::set);
                    inner.removed().forEach(delta::remove);
                } else {
                    delta.set(prefix + name, value);
                }
            }
        }
        return true;
    }

    /** Whether two values have the same bytes. */
    static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Document || a instanceof List) {
            return (b instanceof Document || b instanceof List)
                    && java.util.Arrays.equals(
                            BsonEncoder.encode(new Document("v", a)), BsonEncoder.encode(new Document("v", b)));
        } else if (a instanceof de.bwaldvogel.mongo.bson.Decimal128 x
                && b instanceof de.bwaldvogel.mongo.bson.Decimal128 y) {
            return x.getHigh() == y.getHigh() && x.getLow() == y.getLow();
        } else if (a instanceof de.bwaldvogel.mongo.bson.BsonRegularExpression) {
            return b != null
                    && java.util.Arrays.equals(
                            BsonEncoder.encode(new Document("v", a)), BsonEncoder.encode(new Document("v", b)));
        }
        return Objects.equals(a, b);
    }
}
