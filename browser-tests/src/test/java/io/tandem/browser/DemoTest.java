package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees: {@code tandem demo}, and every view of its dashboard filled by live traffic. */
class DemoTest extends BrowserTest {

    private Process demo = null;
    private String address = "";

    @BeforeAll
    void startDemo(@TempDir Path directory) throws IOException {
        demo = LiveAgent.tandem(directory, Map.of(), "demo", "--port", "0");
        address = LiveAgent.firstWords(demo, directory);
    }

    @AfterAll
    void endDemo() throws InterruptedException {
        demo.destroy();
        if (!demo.waitFor(20, TimeUnit.SECONDS)) {
            demo.destroyForcibly();
        }
    }

    @Override
    String address() {
        return address;
    }

    @Test
    void everyViewIsFilledByTheDemo() {
        open("overview");
        page.waitForFunction(
                "() => document.querySelectorAll('.lane.moving').length === 2",
                null,
                new com.microsoft.playwright.Page.WaitForFunctionOptions().setTimeout(120_000));
        page.waitForFunction("() => document.querySelectorAll('.chart canvas').length === 6");
        open("collections");
        page.locator("tbody tr").first().waitFor(patiently());
        open("devices");
        page.locator("tbody tr").nth(1).waitFor(patiently());
        assertThat(page.locator("tbody tr").allInnerTexts())
                .anySatisfy(row -> assertThat(row).contains("this device"));
        open("activity");
        page.locator(".feed-line").nth(5).waitFor(patiently());
        open("settings");
        sees("BIDIRECTIONAL_SYNC_ENABLED");
        open("quarantine");
        sees("Nothing in quarantine");
        open("conflicts");
        page.locator(".window-row").or(page.getByText("No conflicts")).first().waitFor(patiently());
    }

    private static Locator.WaitForOptions patiently() {
        return new Locator.WaitForOptions().setTimeout(120_000);
    }
}
