package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The dashboard for people who do not see it, do not use a mouse, or see no colours. */
class AccessibilityTest extends CannedAgentTest {

    private static final String AXE = "/vendor/axe-core-4.14.1.min.js";

    @Test
    void axeIsTheOneThatWasChecked() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(resource(AXE).getBytes(StandardCharsets.UTF_8));

        assertThat(resource("/vendor/SHA256SUMS"))
                .contains(HexFormat.of().formatHex(hash) + "  axe-core-4.14.1.min.js");
    }

    @Test
    void axeFindsNothingInAnyViewOnADeskInTheLight() {
        axeFindsNothing(ColorScheme.LIGHT, DESK_WIDTH);
    }

    @Test
    void axeFindsNothingInAnyViewOnADeskInTheDark() {
        axeFindsNothing(ColorScheme.DARK, DESK_WIDTH);
    }

    @Test
    void axeFindsNothingInAnyViewOnAPhone() {
        axeFindsNothing(ColorScheme.LIGHT, PHONE_WIDTH);
        axeFindsNothing(ColorScheme.DARK, PHONE_WIDTH);
    }

    @Test
    void axeFindsNothingInDialogs() {
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            look(colours, DESK_WIDTH, 900);
            open("collections");
            button("Look and decide").click();
            page.locator("dialog table").waitFor();
            assertThat(axe("held deletes, " + colours)).isEmpty();
            page.keyboard().press("Escape");
            button("Mode… of menuitems").click();
            assertThat(axe("mode, " + colours)).isEmpty();
            open("settings");
            button("Back up this device…").click();
            assertThat(axe("backup, " + colours)).isEmpty();
        }
    }

    @Test
    void axeFindsNothingWhileLongWorkRunsAndAfterIt() {
        agent.content.calm();
        agent.content.resync = CannedContent.progress();
        agent.content.verification = CannedContent.verification("running");
        agent.content.backup = CannedContent.backup("running");
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            look(colours, DESK_WIDTH, 900);
            open("overview");
            page.locator(".progress").nth(2).waitFor();
            assertThat(axe("long work, " + colours)).isEmpty();
        }
        agent.content.backup = CannedContent.backup("done");
        agent.content.paused = List.of("orders");
        open("settings");
        page.locator(".last-backup").waitFor();
        assertThat(axe("backup done")).isEmpty();
    }

    @Test
    void axeFindsNothingOnTheSignInPage() {
        agent.tokens.put("a-token", "read");
        page.navigate(address());
        page.getByLabel("Token").waitFor();

        assertThat(axe("sign in")).isEmpty();
    }

    @Test
    void everyViewIsReachedWithTheKeyboardAlone() {
        open("overview");
        page.keyboard().press("Tab");
        assertThat(focused()).isEqualTo("Skip to the content");
        for (int n = 1; n < VIEWS.size(); n++) {
            page.reload();
            page.waitForSelector(".menu a");
            page.locator(".menu a").nth(n - 1).focus();
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            page.waitForURL("**/#/" + VIEWS.get(n));
            page.waitForFunction("() => document.activeElement?.tagName === 'H1'");
        }
    }

    @Test
    void dialogKeepsTheFocusAndGivesItBack() {
        open("collections");
        button("Resync…").focus();
        page.keyboard().press("Enter");
        page.locator("dialog").waitFor();
        for (int n = 0; n < 8; n++) {
            page.keyboard().press("Tab");
            assertThat(
                            page.evaluate(
                                    "() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"))
                    .isEqualTo(true);
        }

        page.keyboard().press("Escape");

        page.waitForFunction("() => document.activeElement?.textContent.includes('Resync…')");
        assertThat(agent.calls).isEmpty();
    }

    @Test
    void conflictsAreChosenWithTheArrowKeys() {
        open("conflicts");
        page.waitForSelector("[role=option]");
        page.locator(".window-list").focus();

        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");

        page.locator(".diff-table").getByText("Flat white, number 1").waitFor();
        assertThat(page.locator("[role=option][aria-selected=true]").getAttribute("aria-posinset"))
                .isEqualTo("2");
    }

    @Test
    void nothingIsWiderThanAPhone() {
        look(ColorScheme.LIGHT, PHONE_WIDTH, 844);
        for (String view : VIEWS) {
            open(view);
            page.waitForFunction("() => !document.querySelector('.loading')");
            assertThat(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                    .as(view)
                    .isEqualTo(true);
        }
    }

    @Test
    void statesAreToldByWordsAndNotByColourAlone() {
        open("overview");
        page.locator(".end.hub .badge").waitFor();

        assertThat(page.locator(".lane .badge, .end .badge").allInnerTexts())
                .hasSize(4)
                .allSatisfy(text -> assertThat(text.strip()).isNotEmpty());
    }

    private void axeFindsNothing(ColorScheme colours, int width) {
        look(colours, width, 900);
        List<String> findings = new ArrayList<>();
        List<String> places = new ArrayList<>(VIEWS);
        places.addAll(List.of("conflicts/c0", "activity/alerts", "activity/audit"));
        for (String view : places) {
            open(view);
            page.waitForFunction("() => !document.querySelector('.loading')");
            findings.addAll(axe(view + ", " + colours + ", " + width));
        }
        assertThat(findings).isEmpty();
    }

    /** Violations as text, also written to {@code target/axe.txt}. */
    private List<String> axe(String where) {
        page.evaluate(resource(AXE));
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> violations = (List<Map<String, Object>>) page.evaluate(
                "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(v => ({id: v.id, impact: v.impact,"
                        + " nodes: v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')}))");
        List<String> findings = violations.stream()
                .map(v -> where + ": " + v.get("impact") + " " + v.get("id") + " " + v.get("nodes"))
                .toList();
        report(where + ": " + violations.size() + " findings");
        return findings;
    }

    private static void report(String line) {
        try {
            Files.writeString(
                    Path.of("target", "axe.txt"),
                    line + "\n",
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Object focused() {
        return page.evaluate("() => document.activeElement.textContent.trim()");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(AccessibilityTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
