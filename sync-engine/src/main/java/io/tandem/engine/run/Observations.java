package io.tandem.engine.run;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.status.CollectionStatus.Observed;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What observed collections would have done: for each key the outcome of its latest look, and the sums per collection.
 * Thread-safe.
 *
 * <p>A key that is looked at again replaces its earlier outcome, so the sums say how many documents would be written, not how
 * often somebody looked. Only {@link #KEYS} keys are remembered one by one; one that was forgotten and comes back counts twice.
 */
final class Observations {
    private static final int KEYS = 50_000;

    private final Map<DocKey, Observed> latest = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<DocKey, Observed> eldest) {
                    return size() > KEYS;
                }
            };

    private final Map<String, Observed> sums = new HashMap<>(); // guarded by this

    /** Notes what a plan would have done about its key. */
    void note(DocKey key, Plan plan) {
        replace(key, of(plan));
    }

    /** There is nothing to do about the key any more. */
    void nothing(DocKey key) {
        replace(key, Observed.NONE);
    }

    private synchronized void replace(DocKey key, Observed now) {
        Observed before = now.equals(Observed.NONE) ? latest.remove(key) : latest.put(key, now);
        Observed known = before == null ? Observed.NONE : before;
        if (now.equals(known)) {
            return;
        }
        Observed sum = sums.getOrDefault(key.collection(), Observed.NONE);
        sums.put(
                key.collection(),
                new Observed(
                        sum.pushes() + now.pushes() - known.pushes(),
                        sum.applies() + now.applies() - known.applies(),
                        sum.deletes() + now.deletes() - known.deletes(),
                        sum.conflicts() + now.conflicts() - known.conflicts()));
    }

    synchronized Observed sum(String collection) {
        return sums.getOrDefault(collection, Observed.NONE);
    }

    /** Observing begins anew. */
    synchronized void forget(String collection) {
        latest.keySet().removeIf(key -> key.collection().equals(collection));
        sums.remove(collection);
    }

    /** A stamp, which only adds metadata, stands for the change by hand that it would make known: an apply. */
    private static Observed of(Plan plan) {
        boolean delete = HeldDeletesDesk.deleteTowards(plan).isPresent();
        boolean push = plan instanceof Plan.Push && !delete;
        boolean apply = (plan instanceof Plan.Apply || plan instanceof Plan.MergeLocally || plan instanceof Plan.Stamp)
                && !delete;
        return new Observed(
                push ? 1 : 0, apply ? 1 : 0, delete ? 1 : 0, plan.conflict().isPresent() ? 1 : 0);
    }
}
