package io.tandem.agent.service;

import com.mongodb.ConnectionString;
import io.tandem.agent.config.MongoUri;
import io.tandem.agent.config.OutsideKnowledge;
import io.tandem.agent.text.Masking;
import io.tandem.engine.SyncEngine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the engine and the driver say about settings before anything is started. Any thread. */
public final class EngineKnowledge implements OutsideKnowledge {

    @Override
    public Set<String> strategies() {
        return SyncEngine.strategies();
    }

    @Override
    public Optional<String> refusal(MongoUri uri) {
        try {
            // With +srv the driver would ask DNS, which a device that is offline does not have; the options are the
            // same in both forms.
            ConnectionString parsed = new ConnectionString(uri.text().replaceFirst("^mongodb\\+srv://", "mongodb://"));
            return parsed.getHosts().isEmpty() ? Optional.of("it names no host") : Optional.empty();
        } catch (IllegalArgumentException refused) {
            Masking masking = Masking.of(uri.password().map(List::of).orElse(List.of()));
            return Optional.of(masking.apply(String.valueOf(refused.getMessage())));
        }
    }
}
