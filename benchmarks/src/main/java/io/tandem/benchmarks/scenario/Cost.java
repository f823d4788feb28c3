package io.tandem.benchmarks.scenario;

import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/** Collects what each round of an engine took beside a baseline. Used by one thread. */
final class Cost {
    private final List<Double> baselineRates = new ArrayList<>();
    private final List<Double> engineRates = new ArrayList<>();
    private final List<Double> cpuSecondsPerThousand = new ArrayList<>();
    private final List<Double> allocatedKilobytes = new ArrayList<>();

    void baseline(double perSecond) {
        baselineRates.add(perSecond);
    }

    void engine(double perSecond) {
        engineRates.add(perSecond);
    }

    /** What the engine's threads used for so many changes. */
    void used(EngineThreads used, int changes) {
        cpuSecondsPerThousand.add(used.cpuNanos() / 1e9 * 1000 / changes);
        allocatedKilobytes.add(used.allocatedBytes() / 1024.0 / changes);
    }

    double lastEngineRate() {
        return engineRates.get(engineRates.size() - 1);
    }

    double medianBaselineRate() {
        return median(baselineRates);
    }

    double medianEngineRate() {
        return median(engineRates);
    }

    /** The median of the ratios of rounds that followed each other. */
    double ratio() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(baselineRates.size(), engineRates.size()); i++) {
            ratios.add(engineRates.get(i) / baselineRates.get(i));
        }
        return median(ratios);
    }

    List<Figure> rates(String baseline, String engine, String unit) {
        return List.of(
                Figure.of(baseline + ", median of " + baselineRates.size(), median(baselineRates), unit),
                Figure.of(engine + ", median of " + engineRates.size(), median(engineRates), unit));
    }

    List<Figure> use(String what) {
        return List.of(
                Figure.of("CPU seconds of the engine per 1,000 " + what, median(cpuSecondsPerThousand), "s"),
                Figure.of(
                        "allocation of the engine per " + what.replaceAll("s$", ""), median(allocatedKilobytes), "KB"));
    }

    private static double median(List<Double> values) {
        return Sample.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
