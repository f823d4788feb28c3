package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import java.time.Instant;

/** The server's clocks as updates see them (`$currentDate`, empty timestamps). Any thread. */
public interface UpdateClock {
    Instant now();

    BsonTimestamp timestamp();
}
