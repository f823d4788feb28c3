package io.tandem.agent.service;

import io.tandem.agent.view.ActivityView.Change;
import io.tandem.agent.view.ActivityView.Notice;

/** Hears what syncing does. Called from several threads at once; must return quickly and not throw. */
public interface ServiceListener {

    /** A change was settled. */
    default void changed(Change change) {}

    /** Something noteworthy happened. */
    default void noticed(Notice notice) {}
}
