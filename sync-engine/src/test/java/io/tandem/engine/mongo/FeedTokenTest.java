package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Names;
import io.tandem.engine.watch.Position;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

class FeedTokenTest {
    private static final BsonTimestamp KNOWN = new BsonTimestamp(1, 1);

    private static BsonDocument data(String hex) {
        return new BsonDocument("_data", new BsonString(hex));
    }

    @Test
    void readsTheTimeOfATokenOfTheServer() {
        FeedToken token = FeedToken.of(data("8269B0318700000002296E04"), "p", KNOWN);
        assertThat(token.at()).isEqualTo(new BsonTimestamp(0x69B03187, 2));
        assertThat(FeedToken.of(data("82FFFFFFFF00000001"), "p", KNOWN).at().getTime())
                .isEqualTo(0xFFFFFFFF);
    }

    @Test
    void takesTheKnownTimeForTokensItCannotRead() {
        assertThat(FeedToken.of(data("nonsense-of-some-length"), "p", KNOWN).at())
                .isEqualTo(KNOWN);
        assertThat(FeedToken.of(data("82"), "p", KNOWN).at()).isEqualTo(KNOWN);
        assertThat(FeedToken.of(new BsonDocument(), "p", KNOWN).at()).isEqualTo(KNOWN);
    }

    @Test
    void keepsTheWholeToken() {
        BsonDocument whole = data("8269B0318700000002").append("_typeBits", new BsonBinary(new byte[] {1}));
        Position position = FeedToken.of(whole, "p", KNOWN).position();
        FeedToken back =
                FeedToken.parse(new Position(BsonBytes.raw(position.token()))).orElseThrow();
        assertThat(BsonBytes.encode(back.data())).isEqualTo(BsonBytes.encode(whole));
        assertThat(back.pipeline()).isEqualTo("p");
        assertThat(back.at()).isEqualTo(new BsonTimestamp(0x69B03187, 2));
    }

    @Test
    void refusesPositionsOfAnotherForm() {
        assertThat(FeedToken.parse(new Position(data("8269B0318700000002")))).isEmpty();
    }

    @Test
    void aPipelineHasAFingerprintOfItsOwn() {
        Names names = new Names("");
        assertThat(FeedPipeline.hub(names, "a").fingerprint())
                .isEqualTo(FeedPipeline.hub(names, "a").fingerprint())
                .isNotEqualTo(FeedPipeline.hub(names, "b").fingerprint())
                .isNotEqualTo(FeedPipeline.local(names).fingerprint())
                .isNotEqualTo(FeedPipeline.hub(new Names("_tandem_x_"), "a").fingerprint());
    }
}
