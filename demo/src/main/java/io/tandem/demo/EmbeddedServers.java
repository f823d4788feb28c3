package io.tandem.demo;

import io.tandem.agent.cli.ThrowawayServers;
import io.tandem.embedded.EmbeddedMongo;
import java.util.ArrayList;
import java.util.List;

/** Throw-away servers for {@code tandem selftest --embedded}: in memory, on free ports of the loopback interface. */
public final class EmbeddedServers implements ThrowawayServers {

    @Override
    public Running start(int devices) {
        List<EmbeddedMongo> started = new ArrayList<>();
        for (int i = 0; i <= devices; i++) {
            started.add(EmbeddedMongo.builder().build().start());
        }
        return new InMemory(started);
    }

    /** @param servers the hub, then the devices */
    private record InMemory(List<EmbeddedMongo> servers) implements Running {

        @Override
        public List<String> deviceUris() {
            return servers.stream().skip(1).map(EmbeddedMongo::uri).toList();
        }

        @Override
        public String hubUri() {
            return servers.get(0).uri();
        }

        @Override
        public void close() {
            servers.forEach(EmbeddedMongo::close);
        }
    }
}
