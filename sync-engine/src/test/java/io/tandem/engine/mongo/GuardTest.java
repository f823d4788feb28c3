package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final int MODERN = 17;
    private static final int V42 = 8;
    private static final DocKey KEY = DocKey.of("orders", new BsonInt32(1));

    private static Doc doc(String name, BsonValue value) {
        return Doc.of(new BsonDocument("_id", new BsonInt32(1)).append(name, value));
    }

    private static Guard guard(Doc seen) {
        return Guard.of(KEY, seen, 100, MODERN, false);
    }

    private static BsonArray conditions(Guard guard) {
        return guard.filter().getDocument("$expr").getArray("$and");
    }

    @Test
    void asksForIdSizeAndContent() {
        Guard guard = guard(doc("text", new BsonString("x")));
        assertThat(guard.isExact()).isTrue();
        assertThat(guard.filter().getDocument("_id")).isEqualTo(new BsonDocument("$eq", new BsonInt32(1)));
        assertThat(conditions(guard)).hasSize(2);
        assertThat(conditions(guard).toString()).contains("$bsonSize", "$cmp", "$$ROOT", "$literal");
    }

    @Test
    void asksForTheTypesThatASizeDoesNotTell() {
        assertThat(conditions(guard(doc("n", new BsonInt32(5))))).hasSize(2);
        assertThat(conditions(guard(doc("n", new BsonInt64(5)))).toString()).contains("$type", "\"$n\"", "long");
        assertThat(conditions(guard(doc("n", new BsonDouble(5)))).toString()).contains("double");
        Doc nested = doc("a", new BsonDocument("b", new BsonArray(List.of(new BsonDocument("c", new BsonInt64(1))))));
        assertThat(conditions(guard(nested)).toString()).contains("\"$a.b\"", "$arrayElemAt", "\"$$e.c\"");
    }

    @Test
    void asksForAllTypesWhereServersCannotTellSizes() {
        Guard guard = Guard.of(KEY, doc("n", new BsonInt32(5)), 100, V42, false);
        assertThat(guard.isExact()).isTrue();
        assertThat(conditions(guard).toString()).contains("$type").doesNotContain("$bsonSize");
    }

    @Test
    void isNotExactWhereNamesCannotBeAPath() {
        assertThat(guard(doc("a.b", new BsonInt64(5))).isExact()).isFalse();
        assertThat(guard(doc("$a", new BsonInt64(5))).isExact()).isFalse();
        assertThat(guard(doc("", new BsonDouble(5))).isExact()).isFalse();
        assertThat(guard(doc("a.b", new BsonInt32(5))).isExact()).isTrue();
    }

    @Test
    void isNotExactUnderAnotherCollation() {
        assertThat(Guard.of(KEY, doc("text", new BsonString("x")), 100, MODERN, true)
                        .isExact())
                .isFalse();
    }

    @Test
    void leavesOutWhatDoesNotFitAStatement() {
        Doc large = Doc.of(new BsonDocument("_id", new BsonInt32(1))
                .append("large", new BsonString("x".repeat(9_000_000)))
                .append("small", new BsonString("y")));
        Guard guard = Guard.of(KEY, large, 9_000_000, MODERN, false);
        assertThat(guard.isExact()).isFalse();
        assertThat(guard.filter().toString().length()).isLessThan(1_000);
        assertThat(guard.filter().toString())
                .contains("$bsonSize", "\"$small\"")
                .doesNotContain("\"$large\"");
    }
}
