package io.tandem.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fake.FakeDevice;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fault.SyncException;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class KeptNoteTest {
    private static final int NOTHING = 0;

    private final Faults faults = new Faults();
    private final FakeDevice device = new FakeDevice(faults);
    private int content = NOTHING;
    private final KeptNote note = new KeptNote(device, "n", this::asDocument);

    private Optional<BsonDocument> asDocument() {
        return content == NOTHING ? Optional.empty() : Optional.of(document(content));
    }

    private static BsonDocument document(int value) {
        return new BsonDocument("value", new BsonInt32(value));
    }

    private void change(int value) {
        content = value;
        note.changed();
    }

    @Test
    void writesNothingUntilSomethingChanges() {
        content = 1;

        note.save();

        assertThat(device.writes()).isZero();
        assertThat(note.isSaved()).isTrue();
    }

    @Test
    void storesWhatIsInMemoryNowNotWhatWasThereAtTheChange() {
        change(1);
        change(2);

        note.save();

        assertThat(device.notes).containsEntry("n", document(2));
        assertThat(device.writes()).isEqualTo(1);
        assertThat(note.isSaved()).isTrue();
    }

    @Test
    void removesTheNoteWhenThereIsNothingToRemember() {
        change(1);
        note.save();

        change(NOTHING);
        note.save();

        assertThat(device.notes).isEmpty();
        assertThat(note.isSaved()).isTrue();
    }

    @Test
    void staysUnsavedWhenTheWriteFails() {
        change(1);
        faults.breakDown();

        assertThatThrownBy(note::save).isInstanceOf(SyncException.class);

        assertThat(note.isSaved()).isFalse();
        faults.heal();
        note.save();
        assertThat(note.isSaved()).isTrue();
        assertThat(device.notes).containsEntry("n", document(1));
    }

    @Test
    void writesAgainWhatChangedWhileItWasWriting() {
        change(1);
        device.onceWhileSaving(() -> {
            change(2);
            note.save(); // another thread's call: it leaves the rest to the one that is writing
            assertThat(device.writes()).isZero();
            assertThat(note.isSaved()).isFalse();
        });

        note.save();

        assertThat(device.notes).containsEntry("n", document(2));
        assertThat(device.writes()).isEqualTo(2);
        assertThat(note.isSaved()).isTrue();
    }

    @Test
    void isNotSavedByAWriteThatBeganBeforeTheChange() {
        change(1);
        device.onceWhileSaving(() -> {
            change(2);
            faults.failAt(1); // the write of the first content succeeds, that of the second does not
        });

        assertThatThrownBy(note::save).isInstanceOf(SyncException.class);

        assertThat(device.notes).containsEntry("n", document(1));
        assertThat(note.isSaved()).isFalse();
    }

    @Test
    void hasNothingToWriteAfterItWasReadAnew() {
        change(1);

        note.forget();
        note.save();

        assertThat(device.writes()).isZero();
        assertThat(note.isSaved()).isTrue();
    }
}
