package io.tandem.engine.scan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner.Pages;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import io.tandem.engine.scan.KeyScanner.ScannedBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Walks the local documents, the hub's documents and the base states of a range side by side, in {@code _id} order. Used by one
 * thread. A mistake in the order could only make equal keys look different, which costs a look at them.
 */
public final class Alignment implements AutoCloseable {
    private final Column<Scanned> local;
    private final @Nullable Column<Scanned> hub;
    private final Column<ScannedBase> bases;
    private final List<Column<?>> columns;

    /**
     * Starts walking. Blocking.
     *
     * @param withHub whether the hub is read; if not, every row's {@code hub} is empty
     */
    public Alignment(KeyScanner scanner, String collection, Range range, boolean withHub) {
        this.local = new Column<>(scanner.documents(Side.LOCAL, collection, range), Scanned::id);
        this.hub = withHub ? new Column<>(scanner.documents(Side.HUB, collection, range), Scanned::id) : null;
        this.bases = new Column<>(scanner.bases(collection, range), ScannedBase::id);
        this.columns = hub == null ? List.of(local, bases) : List.of(local, hub, bases);
    }

    /**
     * One key.
     *
     * @param id its {@code _id}, as the first of the columns that has it spells it
     * @param local the device's document
     * @param hub the hub's document
     * @param base what is remembered
     */
    public record Row(BsonValue id, Optional<Scanned> local, Optional<Scanned> hub, BaseRecord base) {}

    /** The next key; empty at the end. */
    public Optional<Row> next() {
        BsonValue least = null;
        for (Column<?> column : columns) {
            BsonValue id = column.peek();
            if (id != null && (least == null || BsonOrder.INSTANCE.compare(id, least) < 0)) {
                least = id;
            }
        }
        if (least == null) {
            return Optional.empty();
        }
        Optional<Scanned> onHub = hub == null ? Optional.empty() : hub.take(least);
        BsonValue id = least;
        return Optional.of(new Row(
                id,
                local.take(id),
                onHub,
                bases.take(id).map(ScannedBase::record).orElse(BaseRecord.NONE)));
    }

    @Override
    public void close() {
        columns.forEach(Column::close);
    }

    /** One ordered source with a page in memory. */
    private static final class Column<T> {
        private final Pages<T> pages;
        private final Function<T, BsonValue> id;
        private final Deque<T> page = new ArrayDeque<>();
        private boolean ended;

        Column(Pages<T> pages, Function<T, BsonValue> id) {
            this.pages = pages;
            this.id = id;
        }

        @Nullable
        BsonValue peek() {
            if (page.isEmpty() && !ended) {
                page.addAll(pages.next());
                ended = page.isEmpty();
            }
            return page.isEmpty() ? null : id.apply(page.getFirst());
        }

        Optional<T> take(BsonValue wanted) {
            BsonValue next = peek();
            return next != null && BsonOrder.INSTANCE.compare(next, wanted) == 0
                    ? Optional.of(page.removeFirst())
                    : Optional.empty();
        }

        void close() {
            pages.close();
        }
    }
}
