package io.tandem.engine.status;

import io.tandem.engine.fault.FaultCode;
import java.time.Instant;

/**
 * Something that is wrong now.
 *
 * @param code its stable name, with the remedy
 * @param severity how much it matters
 * @param subject what it is about: a collection, a side or the device
 * @param detail what was seen, in words, without document content or secrets
 * @param since when it was first seen, agent's clock
 */
public record Problem(FaultCode code, Severity severity, String subject, String detail, Instant since) {
    /** How much a problem matters: a warning degrades the engine, an error makes it unhealthy. */
    public enum Severity {
        NOTICE,
        WARNING,
        ERROR
    }
}
