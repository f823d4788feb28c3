package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** The conflict log, written through the target and read through the log. */
abstract class ConflictLogContract extends PortContract {
    private static Conflict conflict(String collection, int id) {
        return conflict(collection, id, Optional.of(doc(document(id, "local"))), Optional.of(doc(document(id, "hub"))));
    }

    private static Conflict conflict(String collection, int id, Optional<Doc> local, Optional<Doc> hub) {
        return new Conflict(
                key(collection, id),
                local,
                new Version(Version.timeAt(5_000), World.DEVICE),
                hub,
                new Version(Version.timeAt(4_000), "other"),
                "last-write-wins",
                Conflict.Winner.LOCAL);
    }

    private static ConflictQuery query(Optional<String> collection, int limit, Optional<String> cursor) {
        return new ConflictQuery(collection, Optional.empty(), limit, cursor);
    }

    private ConflictEntry find(Conflict conflict) {
        return world().conflictLog().find(conflict.id()).orElseThrow();
    }

    private static byte[] bytes(Optional<BsonDocument> document) {
        return BsonBytes.encode(document.orElseThrow());
    }

    @Test
    void keepsEverythingAboutAConflict() {
        Conflict conflict = conflict("orders", 1);
        world().target().log(List.of(conflict));
        ConflictEntry entry = find(conflict);
        assertThat(entry.collection()).isEqualTo("orders");
        assertThat(entry.documentId()).isEqualTo(new BsonInt32(1));
        assertThat(entry.device()).isEqualTo(World.DEVICE);
        assertThat(entry.strategy()).isEqualTo("last-write-wins");
        assertThat(entry.winner()).isEqualTo(ConflictEntry.Winner.LOCAL);
        assertThat(bytes(entry.localDocument())).isEqualTo(BsonBytes.encode(document(1, "local")));
        assertThat(bytes(entry.hubDocument())).isEqualTo(BsonBytes.encode(document(1, "hub")));
        assertThat(entry.localVersion())
                .isEqualTo(new ConflictEntry.VersionView(
                        Instant.ofEpochMilli(5_000), World.DEVICE, Version.timeAt(5_000)));
        assertThat(entry.hubVersion().origin()).isEqualTo("other");
        assertThat(entry.restoredAt()).isEmpty();
        long now = world().clock().ask(Side.HUB).serverMillis();
        assertThat(now - entry.at().toEpochMilli()).isBetween(-5_000L, 60_000L);
    }

    @Test
    void leavesSyncMetadataOut() {
        Doc plain = doc(document(1, "hub"));
        Doc withMeta = Doc.of(
                Doc.withMeta(plain.content(), new SyncMeta(new Version(Version.timeAt(1), "other"), plain.hash())));
        Conflict conflict = conflict("orders", 1, Optional.empty(), Optional.of(withMeta));
        world().target().log(List.of(conflict));
        assertThat(find(conflict).localDocument()).isEmpty();
        assertThat(bytes(find(conflict).hubDocument())).isEqualTo(BsonBytes.of(plain.stored()));
    }

    @Test
    void loggingAgainChangesNothing() {
        Conflict conflict = conflict("orders", 1);
        world().target().log(List.of(conflict));
        ConflictEntry before = find(conflict);
        world().conflictLog().restored(conflict.id());
        world().target().log(List.of(conflict, conflict("orders", 2)));
        ConflictEntry after = find(conflict);
        assertThat(after.at()).isEqualTo(before.at());
        assertThat(after.restoredAt()).isPresent();
        assertThat(world().conflictLog()
                        .page(query(Optional.empty(), 10, Optional.empty()))
                        .total())
                .isEqualTo(2);
    }

    @Test
    void keepsConflictsBetweenLargeDocuments() {
        BsonDocument local = Samples.large(1, 10_000_000, 'l');
        BsonDocument hub = Samples.large(1, 9_000_000, 'h');
        Conflict conflict = conflict("orders", 1, Optional.of(doc(local)), Optional.of(doc(hub)));
        world().target().log(List.of(conflict, conflict("orders", 2)));
        assertThat(ContentHash.of(bytes(find(conflict).localDocument())))
                .isEqualTo(doc(local).hash());
        assertThat(ContentHash.of(bytes(find(conflict).hubDocument()))).isEqualTo(doc(hub).hash());
        ConflictPage page = world().conflictLog().page(query(Optional.empty(), 10, Optional.empty()));
        assertThat(page.total()).isEqualTo(2);
        assertThat(page.items()).hasSize(2);
    }

    @Test
    void keepsContentsThatOnlyBytesCanSay() {
        Conflict conflict =
                conflict("orders", 1, Optional.of(Doc.of(Samples.withTwins(1))), Optional.of(doc(document(1, "hub"))));
        world().target().log(List.of(conflict));
        assertThat(bytes(find(conflict).localDocument())).isEqualTo(BsonBytes.of(Samples.withTwins(1)));
    }

    @Test
    void listsPageByPageNewestFirst() {
        List<Conflict> conflicts = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            conflicts.add(conflict(i % 5 == 0 ? "people" : "orders", i));
        }
        world().target().log(conflicts.subList(0, 10));
        world().target().log(conflicts.subList(10, 25));
        List<ConflictEntry> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            ConflictPage page = world().conflictLog().page(query(Optional.of("orders"), 7, cursor));
            assertThat(page.total()).isEqualTo(20);
            assertThat(page.lastHour()).isEqualTo(20);
            listed.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor.isPresent());
        assertThat(listed).extracting(ConflictEntry::id).doesNotHaveDuplicates().hasSize(20);
        assertThat(listed).extracting(ConflictEntry::at).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void leavesOutWhatIsOlderThanAskedFor() {
        world().target().log(List.of(conflict("orders", 1)));
        Instant later = Instant.ofEpochMilli(world().clock().ask(Side.HUB).serverMillis())
                .plusSeconds(3600);
        ConflictPage page = world().conflictLog()
                .page(new ConflictQuery(Optional.empty(), Optional.of(later), 10, Optional.empty()));
        assertThat(page.total()).isZero();
        assertThat(page.items()).isEmpty();
        assertThat(page.nextCursor()).isEmpty();
    }

    @Test
    void refusesACursorThatIsNone() {
        assertThatThrownBy(() -> world().conflictLog().page(query(Optional.empty(), 10, Optional.of("nonsense"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsNothingOfOtherIds() {
        assertThat(world().conflictLog().find("unknown")).isEmpty();
    }
}
