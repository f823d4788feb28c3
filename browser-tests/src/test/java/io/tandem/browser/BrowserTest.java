package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** A page in Chromium for each test. A script error, a refused inline script or style, or a call to elsewhere fails the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserTest {

    static final List<String> VIEWS =
            List.of("overview", "collections", "conflicts", "quarantine", "devices", "activity", "settings");

    /** How long anything may take on a busy machine before it counts as missing. */
    private static final double PATIENCE_MILLIS = 45_000;

    static final int DESK_WIDTH = 1440;
    static final int PHONE_WIDTH = 390;

    private final List<String> complaints = new ArrayList<>();
    private Chromium chromium = null;
    private BrowserContext context = null;
    Page page = null;

    @BeforeAll
    void startChromium() {
        chromium = Chromium.start();
    }

    @AfterAll
    void closeChromium() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openPage() {
        look(ColorScheme.LIGHT, DESK_WIDTH, 900);
    }

    @AfterEach
    void closePage(TestInfo test) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "last-seen", test.getDisplayName().replaceAll("\\W+", "-") + ".png")));
        context.close();
        assertThat(complaints).as("what the browser complained about").isEmpty();
    }

    /** Starts over with another window. */
    final void look(ColorScheme colours, int width, int height) {
        if (context != null) {
            context.close();
        }
        complaints.clear();
        context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(colours)
                        .setReducedMotion(ReducedMotion.REDUCE)
                        .setTimezoneId("UTC")
                        .setLocale("en-GB"));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        page = context.newPage();
        page.onPageError(error -> complaints.add("script error: " + error));
        page.onConsoleMessage(message -> {
            String text = message.text();
            if (text.contains("Content Security Policy") || text.contains("Content-Security-Policy")) {
                complaints.add("policy: " + text);
            }
        });
        page.onRequest(request -> {
            if (!isOurs(request.url()) && !request.url().startsWith("data:")) {
                complaints.add("call to elsewhere: " + request.url());
            }
        });
    }

    /** Whether the page may ask for this. */
    boolean isOurs(String url) {
        return url.startsWith(address() + "/");
    }

    /** Where the dashboard is, without a slash at the end. */
    abstract String address();

    final void open(String view) {
        page.navigate(address() + "/#/" + view);
        page.waitForSelector("main h1");
    }

    final Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Clicks a button that is marked as disabled, which a person can do too. */
    final void clickDead(String name) {
        button(name).dispatchEvent("click");
    }

    final Locator heading(String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Waits until the text stands somewhere in the content of the page. */
    final void sees(String text) {
        page.locator("main").getByText(text).first().waitFor();
    }

    /** Waits until a message to the person contains the text. */
    final void isTold(String text) {
        page.locator(".notes").getByText(text).first().waitFor();
    }
}
