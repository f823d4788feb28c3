package io.tandem.engine.write;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A write that takes place only if the stored document is exactly the one that was seen.
 *
 * @param key which document
 * @param seen what must be there: a document, byte for byte, or none
 * @param next what shall be there: a document, or none
 */
public record Swap(DocKey key, Optional<Doc> seen, Optional<RawBsonDocument> next) {}
