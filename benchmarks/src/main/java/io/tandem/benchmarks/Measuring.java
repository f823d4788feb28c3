package io.tandem.benchmarks;

import io.tandem.benchmarks.lab.Footprint;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Order;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.scenario.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/** Main class of the process that measures one scenario: takes an order, leaves the figures in a file. */
public final class Measuring {
    private Measuring() {}

    /**
     * Measures and exits.
     *
     * @param arguments an {@link Order} as JSON, and the file for the figures
     */
    public static void main(String[] arguments) throws Exception {
        Order order = Order.fromJson(arguments[0]);
        Scenario scenario = Scenario.of(order.scenario()).orElseThrow();
        List<Figure> figures;
        try (Lab lab = new Lab(order)) {
            figures = new ArrayList<>(scenario.measure(lab));
        }
        figures.addAll(Footprint.figures());
        String array = new BsonDocument("all", Figure.toArray(figures)).toJson();
        Files.writeString(Path.of(arguments[1]), array.substring(array.indexOf('['), array.lastIndexOf(']') + 1));
        System.exit(0);
    }
}
