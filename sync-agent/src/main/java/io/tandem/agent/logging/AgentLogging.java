package io.tandem.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.TimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import io.tandem.agent.text.Masking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up where log lines go. Called once at the start of a process, and once more when it becomes a service. */
public final class AgentLogging {
    /** One line an event, times in UTC. Line ends inside a message would let a collection's name forge lines. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level [%thread] %logger{20} - %replace(%msg){'[\\r\\n]+', ' '}%n%ex{12}";

    private static final Sizes SIZES = new Sizes("20MB", "300MB");
    private static final int DAYS = 30;

    /** Libraries that say more than an operator needs. */
    private static final Map<String, Level> QUIET = Map.of(
            "org.mongodb.driver", Level.WARN,
            "org.eclipse.jetty", Level.WARN,
            "io.javalin", Level.WARN,
            "io.micrometer", Level.WARN);

    private AgentLogging() {}

    /** When a file is packed away, and how much all packed files of one name may take; in the words of logback. */
    record Sizes(String file, String total) {}

    /** Warnings go to the standard error stream, nothing else is written: for commands. */
    static void quiet(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = console(context, Masking.standard(), "System.err");
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console);
        // Commands report an unreachable server themselves, in one line.
        context.getLogger("org.mongodb.driver").setLevel(Level.ERROR);
    }

    /**
     * Everything goes to {@code app.log}, errors to {@code error.log} as well, and everything to the console: for the service.
     *
     * @param json one JSON object a line instead of text; the console stays text
     * @throws UncheckedIOException when a log file cannot be written
     */
    public static void start(Path directory, boolean json, Masking masking) {
        startFiles(directory, json, masking);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(console(context, masking, "System.out"));
    }

    /** The same without the console, for a command that shows something else there. */
    public static void startFiles(Path directory, boolean json, Masking masking) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        QUIET.forEach((name, level) -> context.getLogger(name).setLevel(level));
        root.addAppender(file(context, directory, "app", encoder(context, json, masking)));
        RollingFileAppender<ILoggingEvent> errors = file(context, directory, "error", encoder(context, json, masking));
        ThresholdFilter onlyErrors = new ThresholdFilter();
        onlyErrors.setLevel(Level.ERROR.levelStr);
        onlyErrors.start();
        errors.addFilter(onlyErrors);
        root.addAppender(errors);
        context.resetTurboFilterList();
        RateLimit limit = new RateLimit();
        limit.setContext(context);
        limit.start();
        context.addTurboFilter(limit);
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    /** Sums up what the rate limit left out since the last call. */
    static void everySecond() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        for (TurboFilter filter : context.getTurboFilterList()) {
            if (filter instanceof RateLimit limit) {
                limit.everySecond();
            }
        }
    }

    /** Writes out and closes the files; what comes later goes nowhere but the console. */
    public static void stop() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (String name : new String[] {"app", "error"}) {
            Appender<ILoggingEvent> appender = root.getAppender(name);
            if (appender != null) {
                root.detachAppender(appender);
                appender.stop();
            }
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Masking masking, String target) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setTarget(target);
        console.setEncoder(encoder(context, false, masking));
        console.start();
        return console;
    }

    private static RollingFileAppender<ILoggingEvent> file(
            LoggerContext context, Path directory, String name, Encoder<ILoggingEvent> encoder) {
        return file(context, directory, name, encoder, SIZES);
    }

    static RollingFileAppender<ILoggingEvent> file(
            LoggerContext context, Path directory, String name, Encoder<ILoggingEvent> encoder, Sizes sizes) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(name);
        appender.setFile(directory.resolve(name + ".log").toString());
        DailyFiles files = new DailyFiles();
        files.setContext(context);
        files.setMaxFileSize(FileSize.valueOf(sizes.file()));
        TimeBasedRollingPolicy<ILoggingEvent> policy = new TimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setTimeBasedFileNamingAndTriggeringPolicy(files);
        policy.setFileNamePattern(directory
                .resolve(name + ".%d{" + DailyFiles.DAY + "}.%i.log.gz")
                .toString());
        policy.setTotalSizeCap(FileSize.valueOf(sizes.total()));
        policy.setMaxHistory(DAYS);
        policy.start();
        appender.setRollingPolicy(policy);
        appender.setEncoder(encoder);
        appender.start();
        if (!appender.isStarted()) {
            throw new UncheckedIOException(
                    "Cannot write the log file " + appender.getFile() + ".", new IOException("it was not opened"));
        }
        return appender;
    }

    static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json, Masking masking) {
        Encoder<ILoggingEvent> inner;
        if (json) {
            JsonEncoder encoder = new JsonEncoder();
            encoder.setWithContext(false);
            encoder.setWithArguments(false);
            encoder.setWithMessage(false);
            encoder.setWithFormattedMessage(true);
            inner = encoder;
        } else {
            PatternLayoutEncoder encoder = new PatternLayoutEncoder();
            encoder.setPattern(PATTERN);
            inner = encoder;
        }
        inner.setContext(context);
        inner.start();
        MaskingEncoder encoder = new MaskingEncoder(inner, masking);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
