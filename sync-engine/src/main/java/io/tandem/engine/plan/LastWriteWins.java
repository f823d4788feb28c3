package io.tandem.engine.plan;

/** The later version wins. */
final class LastWriteWins implements ConflictResolver {
    static final String NAME = "last-write-wins";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Resolution resolve(Case conflict) {
        return conflict.newer();
    }
}
