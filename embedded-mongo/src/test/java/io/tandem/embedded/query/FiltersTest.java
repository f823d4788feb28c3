package io.tandem.embedded.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.error.ServerError;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real server answers to these filters, by its documentation. */
class FiltersTest {
    private static Document parse(String json) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        new BsonDocumentCodec()
                .encode(
                        new BsonBinaryWriter(buffer),
                        BsonDocument.parse(json),
                        EncoderContext.builder().build());
        return BsonDecoder.decode(buffer.toByteArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {a: 1}                                  | {a: 1.0}                         | true
                    {a: null}                               | {b: 1}                           | true
                    {a: null}                               | {a: 0}                           | false
                    {a: {$ne: null}}                        | {a: null}                        | false
                    {a: {$exists: true}}                    | {a: null}                        | true
                    {a: {$exists: false}}                   | {b: 1}                           | true
                    {a: {$gt: 5}}                           | {a: '6'}                         | false
                    {a: {$gt: 5}}                           | {a: [1, 7]}                      | true
                    {a: {$gt: 5, $lt: 3}}                   | {a: [1, 7]}                      | true
                    {a: {$not: {$gt: 5}}}                   | {b: 1}                           | true
                    {a: {$in: [1, null]}}                   | {b: 1}                           | true
                    {a: {$in: [[1, 2]]}}                    | {a: [1, 2]}                      | true
                    {a: {$nin: [1]}}                        | {a: [1, 2]}                      | false
                    {a: [1, 2]}                             | {a: [1, 2]}                      | true
                    {a: [1, 2]}                             | {a: [[1, 2]]}                    | true
                    {a: {b: 1, c: 2}}                       | {a: {c: 2, b: 1}}                | false
                    {a: {b: 1, c: 2}}                       | {a: {b: 1.0, c: 2}}              | true
                    {'a.b': 1}                              | {a: [{b: 2}, {b: 1}]}            | true
                    {'a.1': 5}                              | {a: [4, 5]}                      | true
                    {'a.b': null}                           | {a: 5}                           | true
                    {'a.b': {$exists: false}}               | {a: []}                          | true
                    {a: {$all: [1, 2]}}                     | {a: [2, 1, 3]}                   | true
                    {a: {$all: []}}                         | {a: []}                          | false
                    {a: {$size: 2}}                         | {a: [1, 2]}                      | true
                    {a: {$elemMatch: {$gt: 1, $lt: 3}}}     | {a: [1, 3]}                      | false
                    {a: {$elemMatch: {b: 1, c: 2}}}         | {a: [{b: 1}, {c: 2}]}            | false
                    {a: {$type: 'number'}}                  | {a: [true, 5]}                   | true
                    {a: {$type: 'array'}}                   | {a: [1]}                         | true
                    {a: {$type: 10}}                        | {a: null}                        | true
                    {a: {$mod: [4, 1]}}                     | {a: 9}                           | true
                    {a: {$regex: '^t', $options: 'i'}}      | {a: 'Tea'}                       | true
                    {a: /ea$/}                              | {a: ['x', 'Tea']}                | true
                    {a: {$bitsAllSet: [0, 2]}}              | {a: 5}                           | true
                    {a: {$gte: {$numberDouble: 'NaN'}}}     | {a: {$numberDouble: 'NaN'}}      | true
                    {a: {$lt: 5}}                           | {a: {$numberDouble: 'NaN'}}      | false
                    {a: 0}                                  | {a: {$numberDouble: '-0.0'}}     | true
                    {a: {$numberDecimal: '0.1'}}            | {a: 0.1}                         | false
                    {$or: [{a: 1}, {b: 2}]}                 | {b: 2}                           | true
                    {$nor: [{a: 1}, {b: 2}]}                | {b: 2}                           | false
                    {$expr: {$gt: ['$a', '$b']}}            | {a: 2, b: 1}                     | true
                    {$expr: {$eq: ['$a', null]}}            | {b: 1}                           | false
                    {$expr: {$let: {vars: {x: 1}, in: {$eq: ['$$x', '$a']}}}} | {a: 1}         | true
                    {$expr: {$eq: [{$cmp: ['$$ROOT', {$literal: {a: 1}}]}, 0]}} | {a: 1}       | true
                    {$expr: {$in: ['$$ROOT', [{$literal: {a: 1}}]]}} | {a: 1}                  | true
                    {$jsonSchema: {required: ['a']}}        | {b: 1}                           | false
                    {}                                      | {a: 1}                           | true
                    """)
    void matchesLikeARealServer(String filter, String document, boolean expected) {
        assertThat(Filters.compile(parse(filter), null).test(parse(document))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {$foo: 1}                                          | 2
                    {a: {$foo: 1}}                                     | 2
                    {$and: []}                                         | 2
                    {a: {$in: 5}}                                      | 2
                    {$expr: {$foo: 1}}                                 | 168
                    {$expr: {$eq: ['$$ROOT', {$literal: {a: 1}}]}}     | 16409
                    {$expr: {$eq: [{$literal: {a: 1}}, '$$ROOT']}}     | 16409
                    {$where: 'true'}                                   | 115
                    """)
    void refusesLikeARealServer(String filter, int code) {
        Document parsed = parse(filter);
        assertThatThrownBy(() -> Filters.compile(parsed, null))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
