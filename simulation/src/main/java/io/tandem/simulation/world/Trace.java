package io.tandem.simulation.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * What happened, as a hash over everything and as text of the last entries. Two runs of one seed have equal hashes. Entries
 * become text only when somebody reads them.
 */
final class Trace {
    private static final int KEPT = 600;
    private static final long PRIME = 0x100000001b3L;

    private record Entry(long micros, String who, String what, Object detail) {}

    private final boolean print;
    private final Deque<Entry> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    /** @param print whether every entry goes to the standard output at once */
    Trace(boolean print) {
        this.print = print;
    }

    /** @param detail something whose text and hash code depend on its content only */
    void add(long micros, String who, String what, Object detail) {
        mix(micros);
        mix(who.hashCode());
        mix(what.hashCode());
        mix(detail.hashCode());
        Entry entry = new Entry(micros, who, what, detail);
        if (print) {
            System.out.println(text(entry));
        }
        last.addLast(entry);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    String tail(int entries) {
        StringBuilder text = new StringBuilder();
        last.stream()
                .skip(Math.max(0, last.size() - entries))
                .forEach(e -> text.append(text(e)).append('\n'));
        return text.toString();
    }

    private static String text(Entry entry) {
        return String.format(
                Locale.ROOT, "%12.6f %-16s %-18s %s", entry.micros() / 1e6, entry.who(), entry.what(), entry.detail());
    }
}
