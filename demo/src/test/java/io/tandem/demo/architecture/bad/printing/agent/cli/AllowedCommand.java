package io.tandem.demo.architecture.bad.printing.agent.cli;

/** A command, which may talk to the terminal. */
public final class AllowedCommand {

    void answer() {
        System.out.println("done");
    }
}
