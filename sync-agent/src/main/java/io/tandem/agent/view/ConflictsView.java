package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** One page of the conflict log, newest first. */
@Doc("One page of the conflict log, newest first")
public record ConflictsView(
        @Doc("Entries that match, on all pages") long totalConflicts,
        @Doc("Entries of the last hour that match") long lastHour,
        List<Item> items,

        @Doc("Give it as cursor to get the next page; null on the last")
        Optional<String> nextCursor) {

    /** One resolved conflict. Documents are relaxed extended JSON. */
    @Doc("One resolved conflict")
    public record Item(
            String id,
            String collection,
            @Doc("The document's _id as extended JSON") BsonValue documentId,
            @Doc("When it was resolved, hub's clock") Instant at,
            @Doc("The device that resolved it") String device,
            @Doc("The rule that decided") String strategy,
            @Doc("local, atlas or merged") String winner,

            @Doc("The device's content; null when deleted there")
            Optional<BsonDocument> localDocument,

            VersionView localVersion,

            @Doc("The hub's content; null when deleted there")
            Optional<BsonDocument> atlasDocument,

            VersionView atlasVersion,

            @Doc("When the loser was put back; null when it was not")
            Optional<Instant> restoredAt) {}

    /** A version as people read it. */
    @Doc("A version as people read it")
    public record VersionView(
            @Doc("Time of the edit, hub's clock; null when not known")
            Optional<Instant> at,

            @Doc("The device that wrote it, or atlas") String origin,

            @Doc("The version as stored; text, because it is larger than a JavaScript number")
            String number) {}
}
