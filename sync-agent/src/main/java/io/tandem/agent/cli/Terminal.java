package io.tandem.agent.cli;

import java.io.Console;

/** Whether somebody looks at the output of this process. */
public final class Terminal {

    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // that newer Javas have a console without a terminal is looked at below
    public static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal, and a method that tells.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }
}
