package io.tandem.benchmarks.lab;

import io.tandem.benchmarks.report.Figure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The memory that this process has needed: engine, driver and load, but no server. Stateless. */
public final class Footprint {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MEGABYTE = 1024.0 * 1024;

    private Footprint() {}

    /** Heap limit, largest heap and, where the system tells, largest resident memory. */
    public static List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of("heap limit", Runtime.getRuntime().maxMemory() / MEGABYTE, "MB"));
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        figures.add(Figure.of(
                "peak heap, garbage included",
                Math.min(peak, Runtime.getRuntime().maxMemory()) / MEGABYTE,
                "MB"));
        long collecting = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(collector -> Math.max(0, collector.getCollectionTime()))
                .sum();
        figures.add(Figure.of(
                "time in garbage collection",
                100.0 * collecting / ManagementFactory.getRuntimeMXBean().getUptime(),
                "%"));
        if (Files.isReadable(STATUS)) {
            figures.add(Figure.of("peak resident memory", residentKilobytes() / 1024.0, "MB"));
        }
        return figures;
    }

    private static long residentKilobytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }
}
