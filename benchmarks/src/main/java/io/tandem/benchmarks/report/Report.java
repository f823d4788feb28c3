package io.tandem.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonWriterSettings;

/** The figures of a run by scenario, as a table or as JSON. Used by one thread. */
public final class Report {
    private final BsonDocument conditions;
    private final Map<String, List<Figure>> scenarios = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /**
     * An empty report.
     *
     * @param conditions under which everything is measured: machine, sizes, servers
     */
    public Report(BsonDocument conditions) {
        this.conditions = conditions;
    }

    public void add(String scenario, List<Figure> figures) {
        scenarios.computeIfAbsent(scenario, any -> new ArrayList<>()).addAll(figures);
    }

    /** Notes that a scenario could not be measured, and why. */
    public void failed(String scenario, String why) {
        failures.put(scenario, why);
    }

    /** Whether every scenario was measured. */
    public boolean isComplete() {
        return failures.isEmpty();
    }

    /** All figures as JSON. */
    public String json() {
        BsonDocument all = new BsonDocument();
        scenarios.forEach((name, figures) -> all.append(name, Figure.toArray(figures)));
        BsonDocument failed = new BsonDocument();
        failures.forEach((name, why) -> failed.append(name, new BsonString(why)));
        return new BsonDocument("conditions", conditions)
                .append("scenarios", all)
                .append("failed", failed)
                .toJson(JsonWriterSettings.builder().indent(true).build());
    }

    /** All figures as lines of text. */
    public String table() {
        StringBuilder text = new StringBuilder();
        conditions.forEach((name, value) ->
                text.append(name).append(": ").append(plain(value)).append('\n'));
        scenarios.forEach((name, figures) -> {
            text.append('\n').append(name).append('\n');
            figures.forEach(figure -> text.append(line(figure)).append('\n'));
        });
        failures.forEach((name, why) -> text.append("\nNOT MEASURED: ")
                .append(name)
                .append(": ")
                .append(why)
                .append('\n'));
        return text.toString();
    }

    private static String plain(BsonValue value) {
        if (value instanceof BsonString words) {
            return words.getValue();
        }
        return value instanceof BsonInt32 number ? Integer.toString(number.getValue()) : value.toString();
    }

    private static String line(Figure figure) {
        return String.format(
                        Locale.ROOT,
                        "  %-62s %12s %-12s %-9s %s",
                        figure.name(),
                        number(figure.value()),
                        figure.unit(),
                        figure.target().words(),
                        figure.verdict())
                .stripTrailing();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%.0f" : "%.2f", value);
    }
}
