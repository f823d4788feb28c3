package io.tandem.embedded.command;

import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.store.StoredCollection;

/** Tells views from collections. */
final class ViewGuard {
    private ViewGuard() {}

    static boolean isView(StoredCollection collection) {
        return collection.options().containsKey("viewOn");
    }

    static void requireWritable(StoredCollection collection) {
        if (isView(collection)) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED_ON_VIEW,
                    "Namespace " + collection.namespace().full() + " is a view, not a collection");
        }
    }
}
