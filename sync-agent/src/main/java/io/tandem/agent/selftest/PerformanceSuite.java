package io.tandem.agent.selftest;

import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.status.EngineStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Latency, processing time, queue and errors against the guide's thresholds. */
final class PerformanceSuite implements Suite {

    private static final String ITEMS = "items";
    private static final int WARM_UP = 20;
    private static final int SAMPLES = 100;
    private static final double LATENCY_LIMIT_MILLIS = 5_000;
    private static final double PROCESSING_LIMIT_MILLIS = 200;
    private static final long QUEUE_LIMIT = 100;
    private static final double ERROR_LIMIT_PERCENT = 1;

    @Override
    public String name() {
        return "performance";
    }

    @Override
    public String purpose() {
        return "latency, processing time, queue and errors are within the guide's thresholds";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        measure(bench, device, "warm-up", WARM_UP, true);
        List<Double> up = measure(bench, device, "up", SAMPLES, true);
        List<Double> down = measure(bench, device, "down", SAMPLES, false);
        EngineStatus status = device.status();
        report(bench, "Sync latency Local → Atlas (p95)", percentile(up, 95), LATENCY_LIMIT_MILLIS, "ms");
        report(bench, "Sync latency Atlas → Local (p95)", percentile(down, 95), LATENCY_LIMIT_MILLIS, "ms");
        double processing = Math.max(
                status.atlasToLocal().avgProcessMillis(), status.localToAtlas().avgProcessMillis());
        report(bench, "Processing time per change", processing, PROCESSING_LIMIT_MILLIS, "ms");
        report(bench, "Queue size", (double) status.queueSize(), (double) QUEUE_LIMIT, "pending");
        report(bench, "Error rate", errorPercent(status), ERROR_LIMIT_PERCENT, "%");
        bench.note(String.format(
                Locale.ROOT,
                "median latency: Local → Atlas %.0f ms, Atlas → Local %.0f ms",
                percentile(up, 50),
                percentile(down, 50)));
    }

    private static List<Double> measure(Bench bench, DeviceUnderTest device, String name, int count, boolean upwards)
            throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = name + i;
            long begin = System.nanoTime();
            (upwards ? device.local(ITEMS) : device.hub(ITEMS)).insertOne(DeviceUnderTest.item(id, "Sample", i));
            while ((upwards ? device.hubDocument(ITEMS, id) : device.localDocument(ITEMS, id)) == null) {
                if (System.nanoTime() - begin > bench.options().patience().toNanos()) {
                    throw new SelftestFailure(
                            upwards ? "Sync latency Local → Atlas (p95)" : "Sync latency Atlas → Local (p95)",
                            "a document did not arrive within "
                                    + bench.options().patience().toSeconds() + " s; " + device.describe());
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            millis.add((System.nanoTime() - begin) / 1e6);
        }
        return millis;
    }

    private static double percentile(List<Double> values, int percent) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    static double errorPercent(EngineStatus status) {
        DirectionStats up = status.localToAtlas();
        DirectionStats down = status.atlasToLocal();
        long all = up.totalProcessed() + down.totalProcessed();
        return all == 0 ? 0 : 100.0 * (up.failed() + down.failed()) / all;
    }

    private static void report(Bench bench, String what, double value, double limit, String unit) {
        String line = String.format(Locale.ROOT, "%s: %.1f %s (threshold %.0f %s)", what, value, unit, limit, unit);
        bench.require(
                what,
                value < limit,
                () -> String.format(Locale.ROOT, "%.1f %s is not below %.0f %s", value, unit, limit, unit));
        bench.passed(line);
    }
}
