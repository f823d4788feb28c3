package io.tandem.agent.process;

import io.tandem.agent.cli.TandemCommand;

/** The command line as a process of its own. */
public final class TandemMain {

    private TandemMain() {}

    public static void main(String[] arguments) {
        System.exit(TandemCommand.run(arguments));
    }
}
