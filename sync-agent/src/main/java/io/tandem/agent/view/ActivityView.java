package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import org.bson.BsonValue;

/** What happened lately. */
@Doc("Changes and notices, newest first")
public record ActivityView(List<Change> changes, List<Notice> notices) {

    /** A settled change. */
    @Doc("A settled change")
    public record Change(
            Instant at,
            @Doc("localToAtlas or atlasToLocal") String direction,
            String collection,
            @Doc("The document's _id as extended JSON") BsonValue documentId,
            @Doc("insert, update, delete or adopt") String operation,

            @Doc("applied, conflict, quarantined or observed")
            String outcome,

            double processMs) {}

    /** Something noteworthy. */
    @Doc("Something noteworthy")
    public record Notice(
            Instant at,
            @Doc("A stable word such as feed-connected") String kind,
            String text) {}
}
