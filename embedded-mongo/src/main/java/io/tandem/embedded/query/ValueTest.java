package io.tandem.embedded.query;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A condition on one value. Any thread. */
@FunctionalInterface
public interface ValueTest extends Predicate<@Nullable Object> {
    @Override
    boolean test(@Nullable Object value);
}
