package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;

/** One command. Any thread. */
@FunctionalInterface
interface Command {
    /** The reply without `ok`, which is added. */
    Document run(Context context);
}
