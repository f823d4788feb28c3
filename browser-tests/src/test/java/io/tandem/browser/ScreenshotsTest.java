package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Takes the pictures of every view: light, dark, and as wide as a phone. They go to the directory that the system property
 * {@code tandem.screenshots} names; docs/dashboard.md has the command that renews those of the documentation.
 */
class ScreenshotsTest extends BrowserTest {

    private static final int HEIGHT = 900;
    private static final int PHONE_HEIGHT = 844;
    private static final Path TARGET = Path.of(System.getProperty("tandem.screenshots", "target/screenshots"));

    private final CannedAgent agent = new CannedAgent(new Showcase());

    @AfterAll
    void closeAgent() {
        agent.close();
    }

    @Override
    String address() {
        return agent.address();
    }

    @Test
    void everyViewInTheLight() {
        takeAll(ColorScheme.LIGHT, DESK_WIDTH, HEIGHT, "light");
    }

    @Test
    void everyViewInTheDark() {
        takeAll(ColorScheme.DARK, DESK_WIDTH, HEIGHT, "dark");
    }

    @Test
    void everyViewOnAPhone() {
        takeAll(ColorScheme.LIGHT, PHONE_WIDTH, PHONE_HEIGHT, "phone");
    }

    @Test
    void statesThatNeedAPerson() {
        agent.content.deletesHeld = true;
        look(ColorScheme.LIGHT, DESK_WIDTH, HEIGHT);
        open("collections");
        button("Look and decide").click();
        page.locator("dialog tbody tr").first().waitFor();
        take("held-deletes-light", false);
        agent.content.deletesHeld = false;
        agent.content.hubReachable = false;
        look(ColorScheme.DARK, DESK_WIDTH, HEIGHT);
        open("overview");
        heading("Cut off from Atlas").waitFor();
        page.waitForSelector(".chart canvas");
        take("cut-off-dark", false);
        agent.content.hubReachable = true;
        agent.tokens.put("a-token", "read");
        look(ColorScheme.LIGHT, PHONE_WIDTH, PHONE_HEIGHT);
        page.navigate(address());
        page.getByLabel("Token").waitFor();
        take("sign-in-phone", false);
        agent.tokens.clear();
    }

    private void takeAll(ColorScheme colours, int width, int height, String suffix) {
        look(colours, width, height);
        for (String view : VIEWS) {
            agent.content.quarantineFilled = view.equals("quarantine");
            open(view.equals("conflicts") && width > PHONE_WIDTH ? "conflicts/c0" : view);
            page.waitForFunction(
                    "() => !document.querySelector('.loading') && document.querySelector('.top-state .badge.ok')");
            if (view.equals("overview")) {
                heading("Everything is in step").waitFor();
                page.waitForFunction("() => document.querySelectorAll('.chart canvas').length === 6");
            }
            if (!view.equals("overview")) {
                page.waitForSelector(view.equals("quarantine") ? ".standing.warn" : ".standing.ok");
            }
            take(view + "-" + suffix, view.equals("overview") && width > PHONE_WIDTH);
        }
    }

    private void take(String name, boolean whole) {
        Path file = TARGET.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(file)
                .setFullPage(whole)
                .setAnimations(ScreenshotAnimations.DISABLED));
        assertThat(Files.exists(file)).isTrue();
    }
}
