package io.tandem.engine.status;

/**
 * Counters of one direction since the start, and moving figures over the last minutes. Times are milliseconds.
 *
 * @param totalProcessed changes settled, whatever the outcome
 * @param succeeded changes written on the other side, or found to be there already
 * @param failed changes that went to quarantine
 * @param skippedEchoes events that only reported our own writes
 * @param avgProcessMillis moving average of the time from picking a change up to settling it
 * @param p50Millis median of the same
 * @param p95Millis 95th percentile of the same
 * @param p99Millis 99th percentile of the same
 * @param lagMillis age of the oldest change not yet settled; 0 when none
 * @param perSecond changes settled per second over the last ten seconds
 */
public record DirectionStats(
        long totalProcessed,
        long succeeded,
        long failed,
        long skippedEchoes,
        double avgProcessMillis,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        long lagMillis,
        double perSecond) {

    public static final DirectionStats NONE = new DirectionStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
