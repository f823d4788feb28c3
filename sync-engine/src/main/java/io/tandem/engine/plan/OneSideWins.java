package io.tandem.engine.plan;

/** The same side wins always. */
final class OneSideWins implements ConflictResolver {
    private final String name;
    private final Resolution winner;

    OneSideWins(String name, Resolution winner) {
        this.name = name;
        this.winner = winner;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Resolution resolve(Case conflict) {
        return winner;
    }
}
