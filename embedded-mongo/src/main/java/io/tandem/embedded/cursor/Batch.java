package io.tandem.embedded.cursor;

import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some documents of a result.
 *
 * @param finished whether there is nothing after them
 * @param resumeToken for change streams: where to resume after this batch
 */
public record Batch(
        List<Object> documents, boolean finished, @Nullable Document resumeToken) {}
