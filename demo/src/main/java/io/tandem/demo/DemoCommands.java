package io.tandem.demo;

import io.tandem.agent.cli.CommandProvider;
import java.util.List;

/** The commands that need the embedded server. */
public final class DemoCommands implements CommandProvider {
    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand(), new EmbeddedCommand());
    }
}
