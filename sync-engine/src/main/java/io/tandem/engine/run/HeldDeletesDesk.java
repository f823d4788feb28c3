package io.tandem.engine.run;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.guard.DeleteGuard;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.status.CollectionStatus.HeldDeletes;
import io.tandem.engine.status.Problem.Severity;
import java.time.Instant;
import java.util.Optional;

/** Holds collections whose deletes the guard does not let through. Thread-safe. */
final class HeldDeletesDesk implements DeleteGuard.Census {
    private final Core core;

    HeldDeletesDesk(Core core) {
        this.core = core;
    }

    /** The side on which a plan deletes an application's document, or is about to. */
    static Optional<Side> deleteTowards(Plan plan) {
        if (plan instanceof Plan.Push push && push.local().isEmpty()) {
            return Optional.of(Side.HUB);
        }
        boolean fromHub = plan instanceof Plan.Bury
                || (plan instanceof Plan.Apply apply
                        && apply.hub().isEmpty()
                        && apply.seen().isPresent());
        return fromHub ? Optional.of(Side.LOCAL) : Optional.empty();
    }

    /** Whether a collection's deletes towards a side are held back, from now on or already. Blocking. */
    boolean holds(String collection, Side towards) {
        if (core.modes.held(collection).isPresent()) {
            return true;
        }
        Optional<Held> held = core.deleteGuard.check(collection, towards, this);
        held.ifPresent(h -> hold(collection, h, "unusually many documents are missing at once"));
        return held.isPresent();
    }

    /** Holds a collection. Blocking. */
    void hold(String collection, Held held, String why) {
        String towards = DeleteGuard.label(held.towards());
        HeldDeletes entry = new HeldDeletes(
                towards, held.before(), held.missing(), why, Instant.ofEpochMilli(core.ticker.millis()));
        core.modes.hold(collection, entry);
        core.modesNote.save();
        String detail = held.missing() + " of " + held.before() + " documents of '" + collection
                + "' would be deleted on the " + towards + " side (" + why + "). The collection is paused.";
        if (core.problems.raise(FaultCode.DELETE_GUARD, Severity.WARNING, collection, detail)) {
            core.notices.tell("delete-guard", detail);
        }
    }

    @Override
    public long agreed(String collection) {
        return core.ports.bases().countLive(collection);
    }

    @Override
    public long present(Side side, String collection) {
        return core.ports.scanner().estimate(side, collection);
    }
}
