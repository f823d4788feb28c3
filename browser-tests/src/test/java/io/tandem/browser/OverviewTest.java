package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judgement in plain language for each state, and long work. */
class OverviewTest extends CannedAgentTest {

    @BeforeEach
    void calm() {
        agent.content.calm();
    }

    @Test
    void pausedCollectionIsNotCalledInStepWithoutSayingSo() {
        agent.content.paused = List.of("orders");

        open("overview");

        heading("In step, but one collection is paused").waitFor();
        sees("orders stands still on both sides.");
        page.locator(".verdict a").click();
        heading("Collections").waitFor();
    }

    @Test
    void refusedChangeIsWhatTheOverviewTalksAbout() {
        agent.content.quarantineFilled = true;

        open("overview");

        heading("One change needs you").waitFor();
        page.locator(".verdict").getByText("Open Quarantine").last().click();
        sees("Another document holds the same value");
    }

    @Test
    void anotherHubIsJoinedOnlyAfterAsking() {
        agent.content.problem = CannedContent.problem(
                "SYNC-402", "error", "atlas", "This device belongs to another hub.", "Correct MONGODB_ATLAS_URI.");
        open("overview");
        heading("This is not the Atlas database it was").waitFor();

        button("It is the right one…").click();
        assertThat(agent.calls).isEmpty();
        button("Yes, join it").click();

        isTold("belongs to this Atlas database now");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/accept-hub {}");
    }

    @Test
    void resyncShowsRateAndTimeLeftAndCannotBeStoppedHalfway() {
        agent.content.resync = CannedContent.progress();

        open("overview");

        Locator work = page.locator(".long-work");
        work.getByText("Full comparison: orders").waitFor();
        assertThat(work.innerText()).contains("4,000 of 10,000 documents", "1,200 per second", "5 s left", "40 %");
        assertThat(work.getByRole(com.microsoft.playwright.options.AriaRole.BUTTON)
                        .count())
                .isZero();
        heading("Catching up with a full comparison").waitFor();
    }

    @Test
    void backupShowsItsProgressIsStoppedAndSaysWhereItIs() {
        open("settings");
        button("Back up this device…").click();
        assertThat(agent.calls).isEmpty();
        button("Back up").click();

        open("overview");
        page.locator(".long-work").getByText("Backing up this device: orders").waitFor();
        page.locator(".long-work button").click();
        isTold("The backup was stopped");
        assertThat(agent.calls)
                .containsExactly(
                        "POST /api/sync/bidirectional/backup {\"side\":\"local\"}",
                        "DELETE /api/sync/bidirectional/backup");

        agent.content.backup = CannedContent.backup("done");
        open("settings");
        sees("15,733 documents of this device, 4.6 MB");
        sees("/var/lib/tandem/backups/local-20261126-081500");
    }

    @Test
    void workThatHasJustBegunIsShownWithoutFigures() {
        agent.content.verification = CannedContent.verification("running").append("progress", null);

        open("overview");

        sees("Comparing both sides");
        sees("It has just begun.");
    }

    @Test
    void chartsHaveThePercentilesOfTheLag() {
        open("overview");

        Locator lag = page.locator(".chart").filter(new Locator.FilterOptions().setHasText("from seen to settled"));

        lag.locator("canvas").waitFor();
        assertThat(lag.locator(".legend li").allInnerTexts())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("p50"),
                        second -> assertThat(second).startsWith("p95"),
                        third -> assertThat(third).startsWith("p99"));
        assertThat(page.locator(".chart h3").allInnerTexts())
                .containsExactly("Changes", "Lag", "Longest wait", "Queue", "Conflicts", "Errors");
    }

    @Test
    void stripTellsWhenItWasNotInStep() {
        open("overview");

        Locator strip = page.locator(".strip-card");
        strip.getByText("in step 93.3 % of the time that was recorded").waitFor();
        assertThat(strip.locator("li").first().innerText()).contains("not in step for 1 min");
        assertThat(strip.locator("rect.bad").count()).isEqualTo(1);
    }

    @Test
    void pageWithoutAStreamAsksEveryFewSecondsInstead() {
        agent.content.streamsLeft = false;
        open("overview");
        heading("Everything is in step").waitFor();
        page.getByText("Every few seconds").waitFor();

        agent.content.hubReachable = false;

        heading("Cut off from Atlas").waitFor();
    }

    @Test
    void viewIsFetchedAgainWhenTheAgentIsBack() {
        open("collections");
        sees("menuitems");
        page.route("**/api/**", route -> route.abort());
        agent.content.breakStreams();
        sees("The agent cannot be reached.");
        assertThat(button("Pause menuitems").getAttribute("title")).isEqualTo("No connection to the agent.");

        page.unroute("**/api/**");

        page.locator(".notice.bad")
                .waitFor(new Locator.WaitForOptions()
                        .setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
        assertThat(button("Pause menuitems").getAttribute("aria-disabled")).isNull();
    }

    @Test
    void pageThatNeverHeardOfTheAgentShowsNothingElse() {
        page.route("**/api/**", route -> route.abort());

        open("overview");

        heading("No word from Tandem").waitFor();
        sees("This page cannot reach the agent.");
        assertThat(page.locator(".lanes, .figures-row, .chart").count()).isZero();
    }

    @Test
    void streamThatEndsAndWorksAgainAlarmsNobody() {
        open("overview");
        heading("Everything is in step").waitFor();
        page.evaluate(
                "() => { window.alarms = 0; new MutationObserver(() => {"
                        + " if (document.querySelector('.verdict.bad')) window.alarms++; }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true}); }");

        agent.content.breakStreams();

        page.waitForResponse("**/api/events", () -> agent.content.breakStreams());
        heading("Everything is in step").waitFor();
        assertThat(page.evaluate("() => window.alarms")).isEqualTo(0);
    }

    @Test
    void comparisonNamesTheDocumentsThatDiffer() {
        agent.content.verification = CannedContent.verification("done")
                .append("consistent", false)
                .append("finishedAt", CannedContent.ago(20))
                .append(
                        "collections",
                        List.of(new Document("name", "orders")
                                .append("equal", 98)
                                .append("different", 1)
                                .append("missingLocal", 0)
                                .append("missingAtlas", 1)
                                .append("pending", 0)
                                .append(
                                        "samples",
                                        List.of(
                                                new Document("id", "order-17").append("kind", "different"),
                                                new Document("id", "order-18").append("kind", "missing-atlas")))));
        open("collections");

        sees("1 different, 1 only on this device");
        page.getByText("Which ones").click();
        sees("order-17");
        button("Bring into step").click();

        isTold("brought into step");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/verify {\"repair\":true}");
    }

    @Test
    void whatTheAgentRefusedStandsInTheDialog() {
        agent.content.refusal = "Atlas cannot be reached now.";
        open("collections");
        button("Resync…").click();
        button("Resync").click();

        page.locator("dialog").getByText("Atlas cannot be reached now.").waitFor();
        agent.content.refusal = null;
        button("Resync").click();

        isTold("Resync has begun.");
        assertThat(page.locator("dialog").count()).isZero();
    }
}
