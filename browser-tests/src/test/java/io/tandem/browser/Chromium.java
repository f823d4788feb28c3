package io.tandem.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The installed Chromium, driven by Playwright. One thread. Nothing is ever downloaded. */
final class Chromium implements AutoCloseable {

    private static final List<String> USUAL_PLACES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final List<String> QUIET = List.of(
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright = Playwright.create();
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(QUIET));
    }

    /** Starts it. Where there is none the tests fail if {@code CI} is set, else they are left out, loudly. */
    static Chromium start() {
        return new Chromium(find(System.getenv(), USUAL_PLACES).orElseGet(() -> missing(System.getenv(), System.err)));
    }

    Browser browser() {
        return browser;
    }

    /** The executable that {@code TANDEM_CHROMIUM} names, and no other if it does; else the first of the usual ones that is there. */
    static Optional<Path> find(Map<String, String> environment, List<String> usual) {
        String named = environment.getOrDefault("TANDEM_CHROMIUM", "");
        Stream<String> places = named.isBlank() ? usual.stream() : Stream.of(named);
        return places.map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** Never returns: fails where a build must not pass without these tests, else leaves them out and says so. */
    static Path missing(Map<String, String> environment, PrintStream loudly) {
        String message = "NOT TESTED HERE: the dashboard, because there is no Chromium. Looked for TANDEM_CHROMIUM and "
                + USUAL_PLACES + ". Install it ('apt-get install chromium') or set TANDEM_CHROMIUM to the executable.";
        String ci = environment.getOrDefault("CI", "");
        if (!ci.isBlank() && !ci.equals("false")) {
            throw new AssertionError(message);
        }
        loudly.println("\n*** " + message + "\n");
        throw new TestAbortedException(message);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
