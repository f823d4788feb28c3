package io.tandem.agent.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"$oid\":1}",
                "{\"a\":{\"$date\":\"never\"}}",
                "{\"a\":{\"$numberLong\":\"x\"}}",
                "{\"a\":ObjectId(\"655f00000000000000000001\")}",
                "{\"a\":/x/}"
            })
    void refusesWhatIsNotOneStrictObject(String text) {
        assertThatThrownBy(() -> StrictJson.object(text)).isInstanceOf(StrictJson.Refused.class);
    }

    @Test
    void refusesDeepNestingWithoutReachingTheEndOfTheStack() {
        String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);

        assertThatThrownBy(() -> StrictJson.object(deep)).hasMessageContaining("deeper than 90");
        assertThat(StrictJson.object("{\"a\":".repeat(80) + "1" + "}".repeat(80)))
                .hasSize(1);
    }

    @Test
    void readsExtendedJsonAndWritesItBack() {
        BsonDocument read = StrictJson.object(
                "{\"_id\":{\"$oid\":\"655f00000000000000000001\"},\"n\":{\"$numberLong\":\"9007199254740993\"}}");

        assertThat(read.get("_id")).isEqualTo(new BsonObjectId(new ObjectId("655f00000000000000000001")));
        assertThat(read.get("n")).isEqualTo(new BsonInt64(9007199254740993L));
        assertThat(Json.relaxed(read)).contains("\"$numberLong\": \"9007199254740993\"");
        assertThat(Json.relaxed(new BsonString("a\"b"))).isEqualTo("\"a\\\"b\"");
        assertThat(Json.relaxed(new BsonInt64(5))).isEqualTo("5");
    }
}
