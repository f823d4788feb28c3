package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Projection;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.ServerClock;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/** The first and last entry of the log, in the form in which clients look at `local.oplog.rs` to learn the window. */
final class OplogView {
    private OplogView() {}

    static Iterator<?> find(Context context, Document filter, long limit) {
        ChangeLog log = context.server().log();
        Document sort = context.document("sort");
        boolean ends = filter.isEmpty() && limit == 1 && (sort.isEmpty() || sort.get("$natural") instanceof Number);
        if (!ends) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED,
                    "this embedded server shows of local.oplog.rs only the first and the last entry: find({}).sort({$natural: 1 or -1}).limit(1)");
        }
        boolean newest = sort.get("$natural") instanceof Number direction && direction.doubleValue() < 0;
        LogEntry entry = log.end(newest);
        long time = newest ? (entry == null ? log.floor() : entry.time()) : log.floor();
        long wall = entry == null || !newest ? (log.floor() >>> 32) * 1_000 : entry.wallMillis();
        Document document = new Document("ts", ServerClock.timestamp(time))
                .append("t", 1L)
                .append("v", 2L)
                .append("op", "n")
                .append("ns", entry == null || !newest ? "" : entry.namespace().full())
                .append("wall", Instant.ofEpochMilli(wall))
                .append("o", new Document());
        Document projection = context.document("projection");
        return List.of(
                        projection.isEmpty()
                                ? document
                                : Projection.compile(projection, true, null).apply(document))
                .iterator();
    }
}
