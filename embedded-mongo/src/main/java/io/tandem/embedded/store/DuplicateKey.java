package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.ShellText;
import io.tandem.embedded.error.ServerError;
import java.util.Locale;

/** Error 11000 with the key it is about. */
final class DuplicateKey {
    private DuplicateKey() {}

    static ServerError error(
            String namespace, String index, Document keyPattern, Document keyValue, Collation collation) {
        return new ServerError(
                        ServerError.DUPLICATE_KEY,
                        "E11000 duplicate key error collection: " + namespace + " index: " + index + " dup key: "
                                + text(keyValue, collation))
                .with(details(keyPattern, keyValue, collation));
    }

    private static Document details(Document keyPattern, Document keyValue, Collation collation) {
        Document details = new Document("keyPattern", keyPattern).append("keyValue", keyValue);
        return collation.isSimple() ? details : details.append("collation", collation.specification());
    }

    /** Under a collation the server knows only the sort keys of strings, and shows those. */
    private static String text(Document keyValue, Collation collation) {
        Document shown = keyValue.clone();
        shown.replaceAll((field, value) -> value instanceof String && !collation.isSimple()
                ? new SortKey(KeyString.of(value, collation).hex().toLowerCase(Locale.ROOT))
                : value);
        return ShellText.of(shown);
    }

    /** A string of which only the sort key is known. */
    private record SortKey(String hex) {
        @Override
        public String toString() {
            return "CollationKey(0x" + hex + ")";
        }
    }
}
