package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expression;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** `$bucketAuto`: even buckets over a sorted value. */
final class BucketAuto {
    private record Keyed(@Nullable Object key, Document document) {}

    private BucketAuto() {}

    static Stage compile(Document specification, @Nullable Scope variables) {
        if (specification.containsKey("granularity")) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED,
                    "$bucketAuto with 'granularity' is not supported by this embedded server");
        }
        if (!specification.containsKey("groupBy")
                || !(specification.get("buckets") instanceof Number buckets)
                || buckets.intValue() < 1) {
            throw new ServerError(40246, "$bucketAuto requires 'groupBy' and 'buckets' greater than 0");
        }
        Expression groupBy = Expressions.compile(specification.get("groupBy"));
        Document output = specification.get("output") instanceof Document given
                ? given
                : new Document("count", new Document("$sum", 1));
        return documents -> {
            List<Keyed> all = new ArrayList<>();
            documents.forEach(document -> {
                Object key = groupBy.evaluate(Scope.of(variables, document));
                all.add(new Keyed(key == Values.MISSING ? null : key, document));
            });
            all.sort((a, b) -> BsonOrder.compare(a.key, b.key, Scope.collationOf(variables)));
            return buckets(all, buckets.intValue(), output, variables).stream();
        };
    }

    private static List<Document> buckets(List<Keyed> all, int count, Document output, @Nullable Scope variables) {
        List<Document> result = new ArrayList<>();
        int start = 0;
        for (int bucket = 0; bucket < count && start < all.size(); bucket++) {
            int end = Math.max(start + 1, (int) Math.round((double) all.size() * (bucket + 1) / count));
            if (bucket == count - 1) {
                end = all.size();
            }
            while (end < all.size()
                    && BsonOrder.equal(all.get(end - 1).key, all.get(end).key, Scope.collationOf(variables))) {
                end++;
            }
            Object max = end < all.size() ? all.get(end).key : all.get(all.size() - 1).key;
            Document id = new Document("min", all.get(start).key).append("max", max);
            Stream<Document> members = all.subList(start, end).stream().map(Keyed::document);
            result.addAll(Group.over(output, id, members, variables).toList());
            start = end;
        }
        return result;
    }
}
