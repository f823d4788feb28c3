package io.tandem.agent.config;

import java.util.Optional;
import java.util.Set;

/** What only the engine and the driver know about settings. Any thread. */
public interface OutsideKnowledge {

    /** Knows nothing: what it could tell is not checked. */
    OutsideKnowledge NONE = new OutsideKnowledge() {
        @Override
        public Set<String> strategies() {
            return Set.of();
        }

        @Override
        public Optional<String> refusal(MongoUri uri) {
            return Optional.empty();
        }
    };

    /** The names of all conflict resolution strategies there are; empty when nobody knows. */
    Set<String> strategies();

    /** Why the driver refuses a connection string, without its secrets; empty when it takes it. Asks no network. */
    Optional<String> refusal(MongoUri uri);
}
