package io.tandem.agent.service;

import com.mongodb.MongoException;
import io.tandem.agent.backup.Backup;
import io.tandem.agent.backup.BackupException;
import io.tandem.agent.backup.Manifest;
import io.tandem.agent.service.ServiceException.Kind;
import io.tandem.agent.text.Masking;
import io.tandem.agent.view.BackupView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one backup that may be made at a time, in a thread of its own, and the result of the last one. Any thread.
 *
 * <pre>
 * none -> running -> done | cancelled | failed -> running -> ...
 * </pre>
 *
 * <p>Each goes into a new directory. One that does not come to its end is removed: half a backup helps nobody.
 */
public final class BackupJob implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupJob.class);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** Two collections at once: a backup made while people work shall not take the whole machine. */
    private static final int PARALLEL = 2;

    private static final long STOP_MILLIS = 3_000;

    private final DatabaseAccess local;
    private final DatabaseAccess hub;
    private final Path parent;
    private final Clock clock;
    private final Object lock = new Object();

    /** Guarded by lock. */
    private BackupView view = new BackupView(
            "none",
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Guarded by lock; empty unless running. */
    private Optional<Running> running = Optional.empty();

    /** Guarded by lock: whether the running one is to stop. */
    private boolean cancelling;

    private record Running(Thread worker, BackupProgress progress) {}

    /** @param parent where each backup gets a directory of its own; made when needed */
    BackupJob(DatabaseAccess local, DatabaseAccess hub, Path parent, Clock clock) {
        this.local = local;
        this.hub = hub;
        this.parent = parent.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /** The running or last backup. */
    public BackupView view() {
        synchronized (lock) {
            return running.map(now -> with(view, now)).orElse(view);
        }
    }

    private static BackupView with(BackupView view, Running now) {
        return new BackupView(
                view.state(),
                view.side(),
                view.directory(),
                view.startedAt(),
                Optional.empty(),
                Optional.of(now.progress().view()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Begins to copy one side's database.
     *
     * @param side {@code local} or {@code atlas}
     * @param version of Tandem, for the manifest
     * @throws ServiceException when one runs already or there is no such side
     */
    public BackupView start(String side, String version) {
        DatabaseAccess source = switch (side) {
            case "local" -> local;
            case "atlas" -> hub;
            default -> throw new ServiceException(Kind.INVALID, "side must be local or atlas.");
        };
        synchronized (lock) {
            if (running.isPresent()) {
                throw new ServiceException(
                        Kind.CONFLICT, "A backup is being made already. Wait for it, or cancel it first.");
            }
            Instant now = clock.instant();
            Path directory = parent.resolve(side + "-" + NAME.format(now));
            BackupProgress progress = new BackupProgress(clock);
            view = new BackupView(
                    "running",
                    side,
                    directory.toString(),
                    Optional.of(now),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            Backup.Request request = new Backup.Request(directory, true, PARALLEL, side, "tandem " + version);
            Thread thread = new Thread(() -> run(source, request, progress), "tandem-backup-job");
            thread.setDaemon(true);
            running = Optional.of(new Running(thread, progress));
            cancelling = false;
            thread.start();
            return with(view, running.get());
        }
    }

    /** Asks the running backup to stop and to remove what it wrote; without one nothing happens. */
    public BackupView cancel() {
        synchronized (lock) {
            stop();
            return view();
        }
    }

    /** Call with the lock held. */
    private void stop() {
        cancelling = true;
        running.ifPresent(now -> now.worker().interrupt());
    }

    private void run(DatabaseAccess source, Backup.Request request, BackupProgress progress) {
        boolean fresh = !Files.exists(request.directory());
        try {
            Manifest manifest = new Backup(source.database(), request, progress, clock).run();
            LOG.info("Backup of {} finished in {}", request.side(), request.directory());
            finish("done", Optional.of(manifest), Optional.empty());
        } catch (IOException | BackupException | MongoException | ServiceException stopped) {
            ended(source, request, stopped, fresh ? remove(request.directory()) : "");
        } catch (RuntimeException unforeseen) {
            LOG.error("The backup of {} failed", request.side(), unforeseen);
            finish("failed", Optional.empty(), Optional.of("It failed unexpectedly; logs/app.log has more."));
        }
    }

    /** @param left what could not be removed, as a sentence */
    private void ended(DatabaseAccess source, Backup.Request request, Exception stopped, String left) {
        boolean cancelled;
        synchronized (lock) {
            cancelled = cancelling;
        }
        if (cancelled) {
            LOG.info("Backup of {} was cancelled", request.side());
            finish("cancelled", Optional.empty(), left.isEmpty() ? Optional.empty() : Optional.of(left));
            return;
        }
        LOG.warn("The backup of {} failed", request.side(), stopped);
        String why = stopped instanceof MongoException driver
                ? String.valueOf(MongoRefusals.translate(driver, source.label()).getMessage())
                : String.valueOf(stopped.getMessage());
        finish("failed", Optional.empty(), Optional.of((Masking.patterns(why) + " " + left).strip()));
    }

    /** Removes a directory; says what is left when that does not work. */
    private static String remove(Path directory) {
        if (!Files.exists(directory)) {
            return "";
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
            return "";
        } catch (IOException stuck) {
            LOG.warn("Cannot remove the unfinished backup {}", directory, stuck);
            return "The unfinished directory " + directory + " could not be removed; delete it by hand.";
        }
    }

    private void finish(String state, Optional<Manifest> manifest, Optional<String> error) {
        synchronized (lock) {
            running = Optional.empty();
            view = new BackupView(
                    state,
                    view.side(),
                    view.directory(),
                    view.startedAt(),
                    Optional.of(clock.instant()),
                    Optional.empty(),
                    manifest.map(Manifest::documents),
                    manifest.map(Manifest::bytes),
                    error);
        }
    }

    @Override
    public void close() {
        Optional<Running> now;
        synchronized (lock) {
            now = running;
            stop();
        }
        if (now.isPresent()) {
            try {
                now.get().worker().join(STOP_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
