package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts without decoding what drivers send for `countDocuments`: `$match` and a `$group` that adds up ones. */
final class CountShortcut {
    private CountShortcut() {}

    /** The result, or null when the pipeline is another one. */
    static @Nullable List<Document> run(
            Context context,
            StoredCollection collection,
            List<Map.Entry<String, Object>> stages,
            @Nullable Scope variables) {
        boolean shape = stages.size() == 2
                && stages.get(0).getKey().equals("$match")
                && stages.get(0).getValue() instanceof Document
                && stages.get(1).getKey().equals("$group")
                && stages.get(1).getValue() instanceof Document;
        if (!shape) {
            return null;
        }
        Document filter = (Document) stages.get(0).getValue();
        Document group = (Document) stages.get(1).getValue();
        boolean ones = group.size() == 2
                && (group.get("_id") instanceof Number || (group.get("_id") == null && group.containsKey("_id")))
                && group.get("n") instanceof Document sum
                && Integer.valueOf(1).equals(sum.get("$sum"));
        if (!ones) {
            return null;
        }
        long count = 0;
        if (filter.isEmpty()) {
            count = context.view(collection).count();
        } else {
            Iterator<StoredRecord> records =
                    new FindQuery(filter, new Document(), variables).records(context.view(collection));
            for (; records.hasNext(); records.next()) {
                context.checkTime();
                count++;
            }
        }
        Object n = count <= Integer.MAX_VALUE ? (Object) (int) count : (Object) count;
        return count == 0 ? List.of() : List.of(new Document("_id", group.get("_id")).append("n", n));
    }
}
