package io.tandem.agent.service;

import com.mongodb.MongoException;
import io.tandem.agent.service.ServiceException.Kind;
import io.tandem.agent.text.Masking;
import io.tandem.engine.fault.SyncException;
import java.util.Locale;
import java.util.function.Supplier;

/** Calls the engine and turns its refusals into the service's. Pure but for the call. */
final class EngineCalls {

    private EngineCalls() {}

    /** Unknown things become {@link Kind#NOT_FOUND}. */
    static <T> T call(Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException refused) {
            throw translate(refused);
        }
    }

    static void run(Runnable order) {
        call(() -> {
            order.run();
            return true;
        });
    }

    static ServiceException translate(RuntimeException refused) {
        if (refused instanceof ServiceException known) {
            return known;
        }
        if (refused instanceof SyncException fault) {
            Kind kind = switch (fault.code()) {
                case LOCAL_UNREACHABLE, HUB_UNREACHABLE, AUTHENTICATION_FAILED, NOT_AUTHORIZED, UNKNOWN, FENCED ->
                    Kind.UNAVAILABLE;
                case UNIQUE_INDEX -> Kind.CONFLICT;
                default -> Kind.INVALID;
            };
            String remedy = fault.code().remedy();
            String message = Masking.patterns(fault.getMessage());
            return new ServiceException(kind, message.endsWith(remedy) ? message : message + " " + remedy, fault);
        }
        if (refused instanceof IllegalArgumentException unknown) {
            String message = unknown.getMessage() == null ? "There is no such thing." : unknown.getMessage();
            boolean malformed = message.toLowerCase(Locale.ROOT).contains("cursor");
            return new ServiceException(malformed ? Kind.INVALID : Kind.NOT_FOUND, message, unknown);
        }
        if (refused instanceof IllegalStateException notNow) {
            return new ServiceException(Kind.CONFLICT, String.valueOf(notNow.getMessage()), notNow);
        }
        if (refused instanceof MongoException driver) {
            return MongoRefusals.translate(driver, "the database");
        }
        throw refused;
    }
}
