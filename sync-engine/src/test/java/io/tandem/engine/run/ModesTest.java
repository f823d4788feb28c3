package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.status.CollectionStatus.HeldDeletes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class ModesTest {
    private static final HeldDeletes HELD =
            new HeldDeletes("atlas", 100, 60, "too many", Instant.ofEpochMilli(1_700_000_000_000L));

    private final EngineConfig.Builder config = EngineConfig.builder()
            .local("mongodb://device", "app")
            .hub("mongodb://hub", "app")
            .bidirectionalEnabled(true)
            .excludedCollections(Set.of("excluded"))
            .modes(Map.of("observed", CollectionMode.OBSERVE, "pausedBySettings", CollectionMode.PAUSED));
    private final Modes modes = start();

    private Modes start() {
        return new Modes(config.build(), Resolvers.of(List.of()));
    }

    private static String noted(BsonDocument note, String collection) {
        return note.getDocument("modes")
                .getString(collection, new BsonString("both"))
                .getValue();
    }

    @Test
    void takesWhatTheSettingsSay() {
        assertThat(modes.of("c")).isEqualTo(CollectionMode.BOTH);
        assertThat(modes.of("excluded")).isEqualTo(CollectionMode.PUSH_ONLY);
        assertThat(modes.of("observed")).isEqualTo(CollectionMode.OBSERVE);
        assertThat(modes.of("pausedBySettings")).isEqualTo(CollectionMode.PAUSED);
    }

    @Test
    void letsTheStrictestOfSettingsAndSwitchCount() {
        modes.bidirectional(false);

        assertThat(modes.of("c")).isEqualTo(CollectionMode.PUSH_ONLY);
        assertThat(modes.of("observed")).isEqualTo(CollectionMode.OBSERVE);
        assertThat(modes.of("pausedBySettings")).isEqualTo(CollectionMode.PAUSED);
        assertThat(modes.generation()).isEqualTo(1);
    }

    @Test
    void letsAnOperatorOverrideTheSettings() {
        modes.override("excluded", CollectionMode.BOTH);

        assertThat(modes.of("excluded")).isEqualTo(CollectionMode.BOTH);
        assertThat(modes.reason("excluded")).isEqualTo("set by an operator");
    }

    @Test
    void givesAPausedCollectionItsOwnModeBack() {
        modes.pause("observed");
        assertThat(modes.of("observed")).isEqualTo(CollectionMode.PAUSED);

        modes.unpause("observed");

        assertThat(modes.of("observed")).isEqualTo(CollectionMode.OBSERVE);
    }

    @Test
    void holdsACollectionAgainstEveryOverride() {
        modes.hold("c", HELD);
        modes.override("c", CollectionMode.BOTH);

        assertThat(modes.of("c")).isEqualTo(CollectionMode.PAUSED);
        assertThat(modes.reason("c")).contains("too many");
        modes.release("c");
        assertThat(modes.of("c")).isEqualTo(CollectionMode.BOTH);
    }

    @Test
    void keepsTheFirstReasonOfAHold() {
        modes.hold("c", HELD);

        modes.hold("c", new HeldDeletes("local", 1, 1, "another", Instant.EPOCH));

        assertThat(modes.held("c")).hasValue(HELD);
    }

    @Test
    void followsTheHubOnlyWhereItMatters() {
        assertThat(modes.follows(Side.HUB, "c")).isTrue();
        assertThat(modes.follows(Side.HUB, "excluded")).isFalse();
        assertThat(modes.follows(Side.LOCAL, "excluded")).isTrue();
        assertThat(modes.follows(Side.HUB, "observed")).isTrue();
        assertThat(modes.follows(Side.LOCAL, "pausedBySettings")).isFalse();
        modes.bidirectional(false);

        assertThat(modes.follows(Side.HUB, "c")).isFalse();
        assertThat(modes.wantsHub("c")).isTrue();
        assertThat(modes.wantsHub("excluded")).isFalse();
    }

    @Test
    void neverAppliesTheHubWhereOnlyPushingIsAllowed() {
        assertThat(modes.policy("c").pushOnly()).isFalse();
        assertThat(modes.policy("observed").pushOnly()).isFalse();
        assertThat(modes.policy("excluded").pushOnly()).isTrue();
        modes.bidirectional(false);

        assertThat(modes.policy("c").pushOnly()).isTrue();
        assertThat(modes.policy("observed").pushOnly()).isTrue();
    }

    @Test
    void notesEveryCollectionThatIsNotFollowedBothWays() {
        modes.pause("c");

        BsonDocument note = modes.toNote();

        assertThat(noted(note, "c")).isEqualTo("paused");
        assertThat(noted(note, "excluded")).isEqualTo("push-only");
        assertThat(noted(note, "observed")).isEqualTo("observe");
        assertThat(note.getDocument("modes")).doesNotContainKey("d");
    }

    @Test
    void notesModesAsIfTheSwitchWereOn() {
        modes.bidirectional(false);

        BsonDocument note = modes.toNote();

        assertThat(note.getBoolean("bidirectional").getValue()).isFalse();
        assertThat(note.getDocument("modes")).doesNotContainKey("c");
    }

    @Test
    void namesWhatIsFreerAfterARestartThanItWasNoted() {
        modes.pause("c");
        modes.override("d", CollectionMode.PUSH_ONLY);
        BsonDocument note = modes.toNote();

        Modes restarted = start();

        assertThat(restarted.freedSince(note)).containsExactly("c", "d");
        restarted.pause("c");
        assertThat(restarted.freedSince(note)).containsExactly("d");
    }

    @Test
    void namesNothingThatIsAsStrictAsItWas() {
        assertThat(start().freedSince(modes.toNote())).isEmpty();
    }

    @Test
    void callsACollectionPausedUntilItsComparisonWasAskedFor() {
        modes.pause("c");
        long debt = modes.owe("c");
        modes.unpause("c");
        assertThat(modes.of("c")).isEqualTo(CollectionMode.BOTH);
        assertThat(noted(modes.toNote(), "c")).isEqualTo("paused");
        assertThat(start().freedSince(modes.toNote())).containsExactly("c");

        modes.compared("c", debt);

        assertThat(modes.toNote().getDocument("modes")).doesNotContainKey("c");
        assertThat(modes.owed()).isEmpty();
    }

    @Test
    void keepsADebtThatWasMadeAnewWhileTheOlderOneWasPaid() {
        long first = modes.owe("c");
        long second = modes.owe("c");

        modes.compared("c", first);

        assertThat(modes.owed()).containsExactly(Map.entry("c", second));
        assertThat(noted(modes.toNote(), "c")).isEqualTo("paused");
    }

    @Test
    void takesBackWhatWasHeldBeforeARestart() {
        modes.hold("c", HELD);
        BsonDocument note = modes.toNote();
        Modes restarted = start();

        restarted.restoreHeld(note);

        assertThat(restarted.held("c")).hasValue(HELD);
        assertThat(restarted.of("c")).isEqualTo(CollectionMode.PAUSED);
        assertThat(restarted.freedSince(note)).isEmpty();
    }

    @Test
    void tellsOfEveryChangeBeforeAndAfterIt() {
        int[] told = {0};
        modes.onChange(() -> told[0]++);

        modes.pause("c");
        modes.unpause("c");
        modes.override("c", CollectionMode.PUSH_ONLY);
        modes.hold("c", HELD);
        modes.release("c");
        modes.compared("c", modes.owe("c"));

        assertThat(told[0]).isEqualTo(14);
    }

    @Test
    void namesEveryCollectionThatIsSpecial() {
        modes.pause("c");
        modes.hold("d", HELD);
        modes.owe("e");

        assertThat(modes.named()).containsExactly("c", "d", "e", "excluded", "observed", "pausedBySettings");
    }
}
