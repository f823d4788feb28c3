package io.tandem.contract.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** A comparison that overlooks something would make the whole contract worth nothing. */
class DifferencesTest {

    @Test
    void equalValuesHaveNone() {
        assertThat(between(
                        "{a: [1, {b: NumberDecimal('1.10')}], c: null}",
                        "{a: [1, {b: NumberDecimal('1.10')}], c: null}"))
                .isEmpty();
    }

    @Test
    void seesTypesOrderMissingAndAdditionalFields() {
        assertThat(between("{a: 1}", "{a: NumberLong(1)}"))
                .containsExactly("a: {\"$numberLong\": \"1\"} instead of {\"$numberInt\": \"1\"}");
        assertThat(between("{z: 0.0}", "{z: -0.0}")).hasSize(1);
        assertThat(between("{n: NaN}", "{n: NaN}")).isEmpty();
        assertThat(between("{a: 1, b: 2}", "{b: 2, a: 1}"))
                .containsExactly(": fields in the order [b, a] instead of [a, b]");
        assertThat(between("{a: 1, b: 2}", "{a: 1}")).containsExactly("b: missing, instead of {\"$numberInt\": \"2\"}");
        assertThat(between("{a: 1}", "{a: 1, w: 'x'}")).containsExactly("w: \"x\" instead of nothing");
        assertThat(between("{a: [{b: 1}, {b: 2}]}", "{a: [{b: 1}, {b: 3}]}"))
                .containsExactly("a[1].b: {\"$numberInt\": \"3\"} instead of {\"$numberInt\": \"2\"}");
        assertThat(between("{a: [1]}", "{a: []}")).containsExactly("a: 0 elements instead of 1: []");
    }

    @Test
    void anAllowedDifferenceIsTakenOutAndOneThatIsGoneIsReported() {
        KnownDifferences known =
                known("{server: 'any', scenario: 's', difference: 'a[*].w: * instead of nothing', reason: '"
                        + "it is read by nobody at all'}");

        assertThat(known.unexplained("real", 9, "s", List.of("a[0].w: 1 instead of nothing", "b: 2 instead of 3")))
                .containsExactly("b: 2 instead of 3");
        assertThat(known.unexplained("embedded", 9, "s", List.of()))
                .containsExactly(
                        "no longer differs, so take it out of known-differences.json: a[*].w: * instead of nothing");
        assertThat(known.unexplained("real", 9, "s", List.of()))
                .as("not every release differs")
                .isEmpty();
        assertThat(known.unexplained("real", 9, "other", List.of("a[0].w: 1 instead of nothing")))
                .hasSize(1);
    }

    @Test
    void anEntryForAllScenariosIsStaleWhenNothingInTheRunDiffered() {
        String entry =
                "{server: 'any', wireFrom: 17, scenario: '*', difference: 'w: *', reason: 'it is read by nobody at all'}";
        KnownDifferences known = known(entry);

        assertThat(known.stale("embedded", 17)).containsExactly("w: *");
        assertThat(known.stale("embedded", 9)).isEmpty();
        assertThat(known.stale("real", 17)).as("not every release differs").isEmpty();
        assertThat(known.unexplained("embedded", 17, "s", List.of("w: 1 instead of nothing")))
                .isEmpty();
        assertThat(known.stale("embedded", 17)).isEmpty();
    }

    @Test
    void anEntryWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> known("{server: 'any', scenario: '*', difference: 'w: *', reason: 'because'}"))
                .hasMessageContaining("real reason");
    }

    private static List<String> between(String expected, String seen) {
        return Differences.between(BsonDocument.parse(expected), BsonDocument.parse(seen));
    }

    private static KnownDifferences known(String entry) {
        return new KnownDifferences(List.of(BsonDocument.parse(entry)));
    }
}
