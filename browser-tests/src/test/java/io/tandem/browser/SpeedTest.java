package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitUntilState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page is quick to come and stays quick with a long log. */
class SpeedTest extends CannedAgentTest {

    /**
     * What the first paint costs cannot be measured on a busy machine, but what it waits for can be counted: a few small files of the agent,
     * and not one call to its REST interface. The time goes to {@code target/speed.txt}.
     */
    @Test
    void firstPaintWaitsForAFewSmallFilesOnly() {
        List<Response> files = new ArrayList<>();
        page.onResponse(files::add);
        page.route("**/api/**", route -> {}); // never answered

        page.navigate(address(), new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
        page.waitForFunction("() => performance.getEntriesByName('first-contentful-paint').length > 0");

        Object millis = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        report("first paint with a cold cache: " + ((Number) millis).longValue() + " ms");
        long bytes = List.copyOf(files).stream()
                .mapToLong(response -> response.body().length)
                .sum();
        assertThat(files).hasSizeLessThan(45);
        assertThat(bytes).isPositive().isLessThan(350_000);
    }

    @Test
    void tenThousandConflictsAreScrolledWithFewRowsAndFewCalls() {
        agent.content.conflicts = 10_000;
        List<String> asked = new ArrayList<>();
        page.onRequest(request -> {
            if (request.url().contains("/conflicts?")) {
                asked.add(request.url());
            }
        });
        open("conflicts");
        sees("10,000 conflicts");
        assertThat(asked).hasSize(1);
        assertThat(page.locator(".window-row").count()).isLessThan(40);

        page.locator(".window-list").press("End");

        page.waitForFunction("() => document.querySelector('[role=option][aria-selected=true]')?.ariaPosInSet >= 200");
        page.evaluate(
                "async () => { const list = document.querySelector('.window-list');"
                        + " for (let n = 0; n < 30; n++) { list.scrollTop = (n * 397) % 12000; await new Promise(requestAnimationFrame); } }");
        assertThat(page.locator(".window-row").count()).isLessThan(40);
        assertThat(page.evaluate("() => document.querySelectorAll('*').length"))
                .satisfies(nodes -> assertThat(((Number) nodes).intValue()).isLessThan(1_500));
        assertThat(asked).hasSizeLessThan(6);
    }

    @Test
    void oneOfTenThousandConflictsIsFound() {
        agent.content.conflicts = 10_000;
        open("conflicts");

        page.getByLabel("Find in documents and their ids").fill("number 9876");

        sees("1 found in all 10,000");
        page.locator(".window-row").click();
        page.locator(".diff-table").getByText("Flat white, number 9876").waitFor();
    }

    @Test
    void outcomeFilterShowsOnlyThatOutcome() {
        agent.content.conflicts = 600;
        open("conflicts");

        page.getByLabel("Outcome").selectOption("atlas");

        sees("found in");
        assertThat(page.locator(".window-row").allInnerTexts())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row).contains("Atlas won"));
    }

    private static void report(String line) {
        try {
            Files.writeString(
                    Path.of("target", "speed.txt"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
