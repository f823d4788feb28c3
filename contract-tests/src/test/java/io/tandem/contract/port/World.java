package io.tandem.contract.port;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.write.ConflictLog;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.QuarantineStore;
import java.util.Optional;
import org.bson.BsonDocument;

/** A device, a hub, the ports over them, and an application that writes to both without asking. Empty when it is made. */
interface World extends AutoCloseable {
    /** The name under which this device follows the hub. */
    String DEVICE = "device-1";

    StateReader reader();

    GuardedTarget target();

    BaseStore bases();

    /** The base states as another agent of the device sees them, under its own fence. */
    BaseStore bases(long fence);

    DeviceStore device();

    HubStore hub();

    QuarantineStore quarantine();

    ConflictLog conflictLog();

    KeyScanner scanner();

    ClockProbe clock();

    ChangeSource changes(Side side);

    /** The application inserts or replaces. */
    void put(Side side, String collection, BsonDocument document);

    /** The application deletes. */
    void remove(Side side, DocKey key);

    /** The application drops a collection. */
    void drop(Side side, String collection);

    /** What is stored, byte for byte. */
    Optional<Doc> stored(Side side, DocKey key);

    @Override
    void close();
}
