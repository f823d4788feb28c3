package io.tandem.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, to be killed. Prints its connection string. */
final class ChildServer {
    private ChildServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedMongo server =
                EmbeddedMongo.builder().directory(Path.of(arguments[0])).build().start();
        System.out.print(server.uri() + "\n");
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
