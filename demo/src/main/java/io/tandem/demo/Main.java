package io.tandem.demo;

import io.tandem.agent.cli.TandemCommand;

/** The entry point of {@code tandem.jar}. Runs one command and exits with its code. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(TandemCommand.run(arguments));
    }
}
