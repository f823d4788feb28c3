package io.tandem.demo.architecture.bad.printing.engine.guard;

/** A library that talks to the terminal. */
public final class Prints {

    void warn() {
        System.out.println("printed behind the user's back");
    }
}
