package io.tandem.benchmarks.report;

import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * One measured figure.
 *
 * @param name what was measured
 * @param value how much
 * @param unit of the value
 * @param target what it should be
 */
public record Figure(String name, double value, String unit, Target target) {

    /** A figure without a target. */
    public static Figure of(String name, double value, String unit) {
        return new Figure(name, value, unit, Target.NONE);
    }

    /** {@code "met"}, {@code "missed"}, or nothing without a target. */
    public String verdict() {
        return target.isNone() ? "" : target.isMetBy(value) ? "met" : "missed";
    }

    /** As it is exchanged and printed: {@code {name, value, unit, least?, most?}}. */
    public BsonDocument toBson() {
        BsonDocument document = new BsonDocument("name", new BsonString(name))
                .append("value", new BsonDouble(value))
                .append("unit", new BsonString(unit));
        target.least().ifPresent(bound -> document.append("least", new BsonDouble(bound)));
        target.most().ifPresent(bound -> document.append("most", new BsonDouble(bound)));
        return document;
    }

    /** Reads back {@link #toBson()}. */
    public static Figure fromBson(BsonDocument document) {
        Target target = document.containsKey("least")
                ? Target.atLeast(document.getNumber("least").doubleValue())
                : document.containsKey("most")
                        ? Target.atMost(document.getNumber("most").doubleValue())
                        : Target.NONE;
        return new Figure(
                document.getString("name").getValue(),
                document.getNumber("value").doubleValue(),
                document.getString("unit").getValue(),
                target);
    }

    /** Several of them as an array. */
    public static BsonArray toArray(Iterable<Figure> figures) {
        BsonArray array = new BsonArray();
        for (Figure figure : figures) {
            BsonValue value = figure.toBson();
            array.add(value);
        }
        return array;
    }
}
