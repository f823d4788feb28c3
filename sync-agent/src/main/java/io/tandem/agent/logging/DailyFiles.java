package io.tandem.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.SizeAndTimeBasedFileNamingAndTriggeringPolicy;
import ch.qos.logback.core.rolling.helper.ArchiveRemover;
import ch.qos.logback.core.rolling.helper.RollingCalendar;
import java.time.Instant;

/**
 * Begins a new log file each day and whenever the current one is full.
 *
 * <p>Logback looks for old files in several threads at once, all with the one calendar that also says when a day ends, and computes
 * with it by setting it first: a thread that looked for the files of a month ago was now and then told today's date, and removed
 * today's. Here the calendar serves one thread after the other.
 */
final class DailyFiles extends SizeAndTimeBasedFileNamingAndTriggeringPolicy<ILoggingEvent> {
    static final String DAY = "yyyy-MM-dd";

    @Override
    protected ArchiveRemover createArchiveRemover() {
        rc = new SharedCalendar();
        return super.createArchiveRemover();
    }

    /** A calendar of days that any thread may ask at any time. */
    static final class SharedCalendar extends RollingCalendar {
        private static final long serialVersionUID = 1L;

        SharedCalendar() {
            super(DAY);
        }

        /** What all other questions come down to. */
        @Override
        public synchronized Instant getEndOfNextNthPeriod(Instant instant, int periods) {
            return super.getEndOfNextNthPeriod(instant, periods);
        }
    }
}
