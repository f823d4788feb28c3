package io.tandem.contract.port;

import io.tandem.embedded.EmbeddedMongo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contracts whose implementation depends on the server's version or kind, on others than the usual one. */
class MongoVersionsTest {
    private static EmbeddedMongo start(int wireVersion) {
        return EmbeddedMongo.builder().wireVersion(wireVersion).build().start();
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class SwapsOn42 extends SwapContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = MongoVersionsTest.start(8);
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), server.uri());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class SwapsOn44 extends SwapContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = MongoVersionsTest.start(9);
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), server.uri());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class FeedsOn44 extends FeedContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = MongoVersionsTest.start(9);
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), server.uri());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class SwapsOnStandalone extends SwapContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = EmbeddedMongo.builder().standalone().build().start();
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), Servers.hubUri());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class BaseStatesOnStandalone extends BaseStoreContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = EmbeddedMongo.builder().standalone().build().start();
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), Servers.hubUri());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class DeviceNotesOnStandalone extends DeviceStoreContract {
        private EmbeddedMongo server;

        @BeforeAll
        void start() {
            server = EmbeddedMongo.builder().standalone().build().start();
        }

        @AfterAll
        void stop() {
            server.close();
        }

        @Override
        World create() {
            return new MongoWorld(server.uri(), Servers.hubUri());
        }
    }
}
