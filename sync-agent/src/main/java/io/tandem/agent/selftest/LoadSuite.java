package io.tandem.agent.selftest;

import io.tandem.engine.status.EngineStatus;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;

/** Many changes on both sides for a while, with a live table, until everything has arrived. */
final class LoadSuite implements Suite {

    private static final String ITEMS = "load";
    private static final int DOCUMENTS = 500;
    private static final double ERROR_LIMIT_PERCENT = 1;

    @Override
    public String name() {
        return "load";
    }

    @Override
    public String purpose() {
        return "many changes on both sides arrive, with CPU, memory, lag and errors shown";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        bench.note(String.format(
                Locale.ROOT,
                "%6s %9s %7s %9s %8s %9s %7s %7s",
                "second",
                "changes",
                "CPU %",
                "heap MB",
                "queue",
                "lag ms",
                "p95 ms",
                "errors"));
        long written = write(bench, device);
        String check = "All changes arrived";
        bench.await(
                check,
                device,
                bench.options().patience().multipliedBy(6),
                () -> device.status().queueSize() == 0 && equal(device),
                () -> "expected equal collections on both sides after " + written + " changes");
        bench.passed(check + " (" + written + " changes)");
        double errors = PerformanceSuite.errorPercent(device.status());
        bench.require(
                "Error rate below 1 %",
                errors < ERROR_LIMIT_PERCENT,
                () -> String.format(Locale.ROOT, "%.1f %% of the changes failed; %s", errors, device.describe()));
        bench.passed("Error rate below 1 %");
    }

    private static long write(Bench bench, DeviceUnderTest device) throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + bench.options().duration().toNanos();
        long perSecond = bench.options().rate();
        long written = 0;
        long second = 0;
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            long due = (long) ((now - begin) / 1e9 * (double) perSecond);
            while (written < due) {
                change(device, written++);
            }
            if ((now - begin) / 1_000_000_000L > second) {
                second++;
                bench.note(row(device.status(), second, written));
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return written;
    }

    private static void change(DeviceUnderTest device, long number) {
        String side = number % 2 == 0 ? "l" : "h";
        String id = side + number / 2 % DOCUMENTS;
        var options = new com.mongodb.client.model.ReplaceOptions().upsert(true);
        (number % 2 == 0 ? device.local(ITEMS) : device.hub(ITEMS))
                .replaceOne(DeviceUnderTest.key(id), DeviceUnderTest.item(id, "Load", (int) number), options);
    }

    private static String row(EngineStatus status, long second, long written) {
        Runtime runtime = Runtime.getRuntime();
        double cpu =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getProcessCpuLoad() * 100
                        : Double.NaN;
        return String.format(
                Locale.ROOT,
                "%6d %9d %7.0f %9d %8d %9d %7.0f %7d",
                second,
                written,
                cpu,
                (runtime.totalMemory() - runtime.freeMemory()) / 1_000_000,
                status.queueSize(),
                Math.max(
                        status.atlasToLocal().lagMillis(), status.localToAtlas().lagMillis()),
                Math.max(
                        status.atlasToLocal().p95Millis(), status.localToAtlas().p95Millis()),
                status.atlasToLocal().failed() + status.localToAtlas().failed());
    }

    private static boolean equal(DeviceUnderTest device) {
        BsonDocument order = BsonDocument.parse("{_id: 1}");
        try (var local = device.local(ITEMS).find().sort(order).iterator();
                var hub = device.hub(ITEMS).find().sort(order).iterator()) {
            while (local.hasNext() && hub.hasNext()) {
                BsonDocument plain = hub.next();
                plain.remove("_sync");
                if (!plain.equals(local.next())) {
                    return false;
                }
            }
            return !local.hasNext() && !hub.hasNext();
        }
    }
}
