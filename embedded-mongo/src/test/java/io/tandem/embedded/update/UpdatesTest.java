package io.tandem.embedded.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.ShellText;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.query.MatchDetails;
import java.time.Instant;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdatesTest {
    private static final UpdateClock CLOCK = new UpdateClock() {
        @Override
        public Instant now() {
            return Instant.ofEpochMilli(1_000);
        }

        @Override
        public BsonTimestamp timestamp() {
            return new BsonTimestamp(7);
        }
    };

    private static Document parse(String json) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        new BsonDocumentCodec()
                .encode(
                        new BsonBinaryWriter(buffer),
                        BsonDocument.parse(json),
                        EncoderContext.builder().build());
        return BsonDecoder.decode(buffer.toByteArray());
    }

    private static Update.Outcome apply(String update, String document) {
        Document parsed = parse("{u: " + update + "}");
        return Updates.compile(parsed.get("u"), null, null, false, CLOCK)
                .apply(parse(document), new MatchDetails(), false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {$set: {b: 1, a: 2}}                  | {_id: 1}                | { _id: 1, a: 2, b: 1 }                  | { a: 2, b: 1 }         | []
                    {$set: {a: 1}}                        | {_id: 1, a: 1}          | { _id: 1, a: 1 }                        | {}                     | []
                    {$set: {'a.b.c': 1}}                  | {_id: 1}                | { _id: 1, a: { b: { c: 1 } } }          | { a.b.c: 1 }           | []
                    {$set: {'a.3': 1}}                    | {_id: 1, a: [0]}        | { _id: 1, a: [ 0, null, null, 1 ] }     | { a.3: 1 }             | []
                    {$unset: {a: ''}}                     | {_id: 1, a: 1}          | { _id: 1 }                              | {}                     | [ "a" ]
                    {$unset: {'a.0': ''}}                 | {_id: 1, a: [5, 6]}     | { _id: 1, a: [ null, 6 ] }              | { a.0: null }          | []
                    {$inc: {a: 2147483647}}               | {_id: 1, a: 1}          | { _id: 1, a: 2147483648 }               | { a: 2147483648 }      | []
                    {$mul: {a: 2}}                        | {_id: 1}                | { _id: 1, a: 0 }                        | { a: 0 }               | []
                    {$max: {a: 5}}                        | {_id: 1, a: 7}          | { _id: 1, a: 7 }                        | {}                     | []
                    {$min: {a: 5}}                        | {_id: 1, a: 7}          | { _id: 1, a: 5 }                        | { a: 5 }               | []
                    {$push: {a: 3}}                       | {_id: 1, a: [1]}        | { _id: 1, a: [ 1, 3 ] }                 | { a.1: 3 }             | []
                    {$push: {a: 3}}                       | {_id: 1}                | { _id: 1, a: [ 3 ] }                    | { a: [ 3 ] }           | []
                    {$push: {a: {$each: [3, 1], $sort: 1, $slice: 2}}} | {_id: 1, a: [2]} | { _id: 1, a: [ 1, 2 ] }           | { a: [ 1, 2 ] }        | []
                    {$push: {a: {$each: [3], $position: 0}}} | {_id: 1, a: [2]}     | { _id: 1, a: [ 3, 2 ] }                 | { a: [ 3, 2 ] }        | []
                    {$addToSet: {a: 1.0}}                 | {_id: 1, a: [1]}        | { _id: 1, a: [ 1 ] }                    | {}                     | []
                    {$pull: {a: {$gt: 1}}}                | {_id: 1, a: [1, 2, 3]}  | { _id: 1, a: [ 1 ] }                    | { a: [ 1 ] }           | []
                    {$pull: {a: {k: 1}}}                  | {_id: 1, a: [{k: 1, v: 1}, {k: 2}]} | { _id: 1, a: [ { k: 2 } ] } | { a: [ { k: 2 } ] }    | []
                    {$pullAll: {a: [1, 3]}}               | {_id: 1, a: [1, 2, 3]}  | { _id: 1, a: [ 2 ] }                    | { a: [ 2 ] }           | []
                    {$pop: {a: -1}}                       | {_id: 1, a: [1, 2]}     | { _id: 1, a: [ 2 ] }                    | { a: [ 2 ] }           | []
                    {$rename: {a: 'b.c'}}                 | {_id: 1, a: 1}          | { _id: 1, b: { c: 1 } }                 | { b.c: 1 }             | [ "a" ]
                    {$bit: {a: {or: 5}}}                  | {_id: 1, a: 2}          | { _id: 1, a: 7 }                        | { a: 7 }               | []
                    {$setOnInsert: {a: 1}}                | {_id: 1}                | { _id: 1 }                              | {}                     | []
                    {$currentDate: {a: true}}             | {_id: 1}                | { _id: 1, a: new Date(1000) }           | { a: new Date(1000) }  | []
                    {$inc: {'a.$[].n': 1}}                | {_id: 1, a: [{n: 1}]}   | { _id: 1, a: [ { n: 2 } ] }             | { a.0.n: 2 }           | []
                    """)
    void changesAndReportsLikeARealServer(
            String update, String document, String expected, String updated, String removed) {
        Update.Outcome outcome = apply(update, document);

        assertThat(ShellText.of(outcome.document())).isEqualTo(expected);
        assertThat(ShellText.of(outcome.delta().updated())).isEqualTo(updated);
        assertThat(ShellText.of(outcome.delta().removed())).isEqualTo(removed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {$set: {_id: 2}}            | {_id: 1}            | 66
                    {$set: {'a.b': 1}}          | {_id: 1, a: 5}      | 28
                    {$set: {a: 1, 'a.b': 1}}    | {_id: 1}            | 40
                    {$inc: {a: 1}, $set: {a: 1}} | {_id: 1}           | 40
                    {$inc: {a: 'x'}}            | {_id: 1}            | 14
                    {$inc: {a: 1}}              | {_id: 1, a: 'x'}    | 14
                    {$push: {a: 1}}             | {_id: 1, a: 5}      | 2
                    {$foo: {a: 1}}              | {_id: 1}            | 9
                    {$set: {'a.$': 1}}          | {_id: 1, a: [1]}    | 2
                    {$set: {'': 1}}             | {_id: 1}            | 56
                    [{$match: {a: 1}}]          | {_id: 1}            | 72
                    """)
    void refusesLikeARealServer(String update, String document, int code) {
        assertThatThrownBy(() -> apply(update, document))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
