package io.tandem.agent.cli;

import io.tandem.agent.backup.CopyProgress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One line on a terminal that shows how far long work is; prints nothing when nobody looks. Any thread. */
final class ProgressBar implements CopyProgress {

    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintWriter out;
    private final boolean shown;

    private String work = ""; // guarded by this, as all below
    private long total;
    private long done;
    private String current = "";
    private long startedAt;
    private long drawnAt;

    /** @param interactive whether a person looks at a terminal */
    ProgressBar(PrintWriter out, boolean interactive) {
        this.out = out;
        this.shown = interactive;
    }

    @Override
    public synchronized void begins(String newWork, Map<String, Long> documents) {
        begin(newWork, documents.values().stream().mapToLong(Long::longValue).sum());
    }

    synchronized void begin(String newWork, long expected) {
        work = newWork;
        total = expected;
        done = 0;
        startedAt = System.nanoTime();
        drawnAt = 0;
        draw(true);
    }

    @Override
    public synchronized void advanced(String collection, long documents, long moreBytes) {
        done += documents;
        current = collection;
        draw(false);
    }

    /** Sets how far the work is. */
    synchronized void at(String what, long documents, long expected) {
        done = documents;
        total = expected;
        current = what;
        draw(false);
    }

    @Override
    public synchronized void ends() {
        if (shown) {
            draw(true);
            out.print("\r" + " ".repeat(100) + "\r");
            out.flush();
        }
    }

    private void draw(boolean force) {
        long now = System.nanoTime();
        if (!shown || (!force && now - drawnAt < REDRAW_NANOS)) {
            return;
        }
        drawnAt = now;
        out.print("\r" + line(now));
        out.flush();
    }

    private String line(long now) {
        double share = total <= 0 ? 0 : Math.min(1.0, (double) done / total);
        int full = (int) Math.round(share * WIDTH);
        double seconds = Math.max(0.001, (now - startedAt) / 1e9);
        double rate = done / seconds;
        String left = rate > 0 && total > done
                ? String.format(Locale.ROOT, ", %d s left", Math.round((total - done) / rate))
                : "";
        String text = String.format(
                Locale.ROOT,
                "%-8s [%s%s] %3.0f%% %,d of %,d, %,.0f/s%s %s",
                work,
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                share * 100,
                done,
                total,
                rate,
                left,
                current);
        return String.format(Locale.ROOT, "%-100.100s", text);
    }
}
