package io.tandem.contract.port;

import org.junit.jupiter.api.Nested;

/** Every port contract, kept by the engine's own ports over MongoDB. */
class MongoPortsTest {
    @Nested
    class Reads extends ReaderContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Swaps extends SwapContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Tombstones extends TombstoneContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class BaseStates extends BaseStoreContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class DeviceNotes extends DeviceStoreContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Hub extends HubStoreContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Conflicts extends ConflictLogContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Quarantine extends QuarantineContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Scans extends ScannerContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }

    @Nested
    class Feeds extends FeedContract {
        @Override
        World create() {
            return MongoWorld.create();
        }
    }
}
