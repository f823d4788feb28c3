package io.tandem.simulation.world;

/** Carries out the run of one seed. */
public final class Run {
    private static final int TAIL = 400;

    private Run() {}

    /**
     * What a run came to.
     *
     * @param seed which run
     * @param traceHash over everything that happened, equal for equal runs
     * @param operations how many operations were carried out
     * @param engineWrites documents that engines wrote
     */
    public record Result(long seed, long traceHash, long operations, long engineWrites) {}

    /** A run that broke a promise. Its message has the seed, the promise and the last part of the trace. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long seed;
        private final String promise;

        Failure(long seed, Throwable cause, String tail) {
            super(
                    "seed " + seed + ": " + cause + "\nreplay with -Dsimulation.seed=" + seed
                            + " -Dsimulation.trace=true; the last operations:\n" + tail,
                    cause);
            this.seed = seed;
            this.promise = String.valueOf(cause.getMessage());
        }

        public long seed() {
            return seed;
        }

        /** What was broken, in one line. */
        public String promise() {
            return promise;
        }
    }

    /**
     * Runs one seed to its end.
     *
     * @param print whether the trace goes to the standard output as it comes
     * @throws Failure when a promise is broken
     */
    public static Result of(long seed, Engine.Factory engines, Sabotage sabotage, boolean print) {
        World world = new World(seed, Scenario.of(seed), sabotage, engines, print);
        try {
            world.run();
        } catch (AssertionError | RuntimeException e) {
            throw new Failure(seed, e, world.scenario() + "\n" + world.trace().tail(TAIL));
        }
        return new Result(seed, world.trace().hash(), world.fibers().switches(), world.engineWrites());
    }
}
