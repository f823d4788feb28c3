package io.tandem.embedded.store;

import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The documents of a collection as one reader sees them: the live ones, or those inside a transaction. */
public interface CollectionView {
    /** The collation of the collection, by which its `_id` index is ordered. */
    Collation collation();

    @Nullable
    StoredRecord byKey(KeyString key);

    /** Records in `_id` order from low (inclusive) to high (exclusive). */
    Iterator<StoredRecord> byId(KeyString low, KeyString high, boolean reverse);

    /** Records in insertion order. */
    Iterator<StoredRecord> natural(boolean reverse);

    /** Indexes that may be used to find records of this view. */
    List<SecondaryIndex> usableIndexes();

    long count();
}
