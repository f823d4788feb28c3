package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.write.QuarantineStore.Detainee;
import io.tandem.engine.write.QuarantineStore.Waiting;
import java.time.Instant;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** What could not be applied. */
abstract class QuarantineContract extends PortContract {
    private static Detainee detainee(DocKey key, long first, long next) {
        return new Detainee(
                key,
                Side.HUB,
                FaultCode.UNIQUE_INDEX,
                "taken",
                Optional.of(doc(document(key.id(), "local"))),
                Optional.empty(),
                3,
                first,
                next);
    }

    @Test
    void keepsWhatAnOperatorWantsToKnow() {
        world().quarantine().save(detainee(key("orders", 1), 1_000, 9_000));
        QuarantineEntry entry = world().quarantine().list(10).get(0);
        assertThat(entry.collection()).isEqualTo("orders");
        assertThat(entry.documentId()).isEqualTo(Samples.id(1));
        assertThat(entry.direction()).isEqualTo("localToAtlas");
        assertThat(entry.code()).isEqualTo(FaultCode.UNIQUE_INDEX.id());
        assertThat(entry.error()).isEqualTo("taken");
        assertThat(entry.localDocument()).map(BsonDocument::size).contains(2);
        assertThat(entry.hubDocument()).isEmpty();
        assertThat(entry.attempts()).isEqualTo(3);
        assertThat(entry.firstAt()).isEqualTo(Instant.ofEpochMilli(1_000));
        assertThat(entry.nextAttemptAt()).isEqualTo(Instant.ofEpochMilli(9_000));
        assertThat(world().quarantine().find(entry.id())).contains(key("orders", 1));
        assertThat(world().quarantine().find("unknown")).isEmpty();
    }

    @Test
    void hasOneEntryPerKey() {
        world().quarantine().save(detainee(key("orders", 1), 1_000, 9_000));
        world().quarantine().save(detainee(key("orders", 1), 1_000, 19_000));
        world().quarantine().save(detainee(key("people", 1), 500, 19_000));
        assertThat(world().quarantine().count()).isEqualTo(2);
        assertThat(world().quarantine().list(10))
                .extracting(QuarantineEntry::collection)
                .containsExactly("people", "orders");
        world().quarantine().remove(key("orders", 1));
        assertThat(world().quarantine().waiting(10))
                .containsExactly(new Waiting(key("people", 1), Side.HUB, FaultCode.UNIQUE_INDEX, 3, 500, 19_000));
    }

    @Test
    void tellsWhatIsDueLongestWaitingFirst() {
        world().quarantine().save(detainee(key("orders", 1), 1, 3_000));
        world().quarantine().save(detainee(key("orders", 2), 1, 1_000));
        world().quarantine().save(detainee(key("orders", 3), 1, 2_000));
        world().quarantine().save(detainee(key("orders", 4), 1, 3_001));
        assertThat(world().quarantine().due(3_000, 10))
                .containsExactly(key("orders", 2), key("orders", 3), key("orders", 1));
        assertThat(world().quarantine().due(3_000, 1)).containsExactly(key("orders", 2));
    }

    @Test
    void takesEveryTypeOfId() {
        for (BsonValue id : Samples.IDS) {
            world().quarantine().save(detainee(DocKey.of("orders", id), 1, 1));
        }
        assertThat(world().quarantine().waiting(100))
                .extracting(Waiting::key)
                .containsExactlyInAnyOrderElementsOf(
                        Samples.IDS.stream().map(id -> DocKey.of("orders", id)).toList());
    }

    @Test
    void takesDocumentsThatWouldNotFitIntoOneEntry() {
        Detainee large = new Detainee(
                key("orders", 1),
                Side.LOCAL,
                FaultCode.VALIDATION,
                "refused",
                Optional.of(doc(Samples.large(1, 10_000_000, 'l'))),
                Optional.of(doc(Samples.large(1, 10_000_000, 'h'))),
                1,
                1,
                1);
        world().quarantine().save(large);
        assertThat(world().quarantine().list(10))
                .extracting(QuarantineEntry::direction)
                .containsExactly("atlasToLocal");
    }
}
