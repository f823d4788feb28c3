package io.tandem.agent.selftest;

import com.mongodb.MongoException;
import io.tandem.engine.fault.SyncException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs selftests over configured databases. One thread.
 *
 * <p>A selftest starts engines of its own, restricted to collections whose names begin with {@code _tandem_selftest_} and a run's number; they keep
 * their state beside them under the same prefix. A running agent never touches such collections, and these engines touch no others, so neither
 * notices the other. Everything is dropped at the end; what a killed run left is dropped by the first run six hours later.
 */
public final class Selftest {

    private static final List<Suite> SUITES = List.of(
            new BasicSuite(),
            new IntegrationSuite(),
            new ListenerSuite(),
            new OriginSuite(),
            new ConflictSuite(),
            new ExcludedSuite(),
            new ResumeTokenSuite(),
            new ErrorsSuite(),
            new PerformanceSuite(),
            new LoadSuite(),
            new MultiDeviceSuite());

    private final Endpoints endpoints;
    private final EngineFactory engines;
    private final Journal journal;
    private final Bench.Options options;

    /**
     * @param rate changes per second of the load suite
     * @param duration how long the load lasts
     * @param patience how long a change may take until a check fails
     */
    public Selftest(
            Endpoints endpoints,
            EngineFactory engines,
            Journal journal,
            int rate,
            Duration duration,
            Duration patience) {
        this.endpoints = endpoints;
        this.engines = engines;
        this.journal = journal;
        this.options = new Bench.Options(rate, duration, patience);
    }

    /** The suites' names, in the order in which {@code all} runs them. */
    public static List<String> names() {
        return SUITES.stream().map(Suite::name).toList();
    }

    /** What a suite shows. */
    public static String purposeOf(String name) {
        return find(name).map(Suite::purpose).orElse("");
    }

    private static Optional<Suite> find(String name) {
        return SUITES.stream().filter(suite -> suite.name().equals(name)).findFirst();
    }

    /**
     * Runs suites one after the other, also after one failed.
     *
     * @return the names of those that failed
     * @throws IllegalArgumentException when there is no suite of a name
     */
    public List<String> run(List<String> names) throws InterruptedException {
        List<String> failed = new ArrayList<>();
        for (String name : names) {
            Suite suite = find(name)
                    .orElseThrow(() -> new IllegalArgumentException("there is no selftest '" + name + "'; there are "
                            + String.join(", ", names()) + " and all"));
            journal.suite(suite.name(), suite.purpose());
            if (!runOne(suite)) {
                failed.add(name);
            }
        }
        return failed;
    }

    private boolean runOne(Suite suite) throws InterruptedException {
        try (Bench bench = new Bench(endpoints, engines, journal, options)) {
            bench.prepare();
            suite.run(bench);
            return true;
        } catch (SelftestFailure failure) {
            journal.failed(failure.check(), String.valueOf(failure.getMessage()));
        } catch (MongoException failure) {
            journal.failed("The databases answer", Bench.reason(failure));
        } catch (SyncException | IllegalStateException | IllegalArgumentException failure) {
            journal.failed("The sync engine works", String.valueOf(failure.getMessage()));
        }
        return false;
    }
}
