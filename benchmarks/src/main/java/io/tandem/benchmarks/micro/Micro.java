package io.tandem.benchmarks.micro;

import io.tandem.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of this package. Stateless. */
public final class Micro {
    /** Its name among the scenarios. */
    public static final String NAME = "micro";

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private Micro() {}

    /** Time and allocation of each operation. Blocking. */
    public static List<Figure> measure(boolean quick) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\.micro\\..*Benchmark\\.")
                .verbosity(VerboseMode.SILENT)
                .addProfiler("gc")
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 2 : 3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(quick ? 3 : 5)
                .measurementTime(TimeValue.seconds(1));
        try {
            Collection<RunResult> results = new Runner(options.build()).run();
            List<Figure> figures = new ArrayList<>();
            results.forEach(result -> figures.addAll(figures(result)));
            return figures;
        } catch (RunnerException e) {
            throw new IllegalStateException("the benchmarks of the pure parts cannot be run", e);
        }
    }

    private static List<Figure> figures(RunResult result) {
        String name = result.getParams().getBenchmark().replaceAll(".*\\.", "");
        Result<?> time = result.getPrimaryResult();
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of(name, time.getScore(), time.getScoreUnit()));
        result.getSecondaryResults().forEach((metric, value) -> {
            if (metric.endsWith(ALLOCATION)) {
                figures.add(Figure.of("  allocation", ((Result<?>) value).getScore(), "bytes"));
            }
        });
        return figures;
    }
}
