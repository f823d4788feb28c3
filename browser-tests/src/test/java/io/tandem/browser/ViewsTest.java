package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Each view shows what the agent tells, and each action sends the call that it names. */
class ViewsTest extends CannedAgentTest {

    @Test
    void overviewSaysWhatIsTheMatterWhyAndWhatToDo() {
        open("overview");

        heading("Deletes wait for your decision").waitFor();
        sees("60 of 100 documents would be deleted.");
        sees("Look, then decide.");
        assertThat(page.locator(".lane").allInnerTexts()).hasSize(2);
        page.waitForFunction("() => document.querySelectorAll('.chart canvas').length === 6");
    }

    @Test
    void overviewIsCalmWhenAllIsWell() {
        agent.content.calm();

        open("overview");

        heading("Everything is in step").waitFor();
    }

    @Test
    void overviewShowsTheLastDayToo() {
        open("overview");

        page.waitForResponse(
                "**/api/history?minutes=1440", () -> button("24 hours").click());

        assertThat(button("24 hours").getAttribute("aria-pressed")).isEqualTo("true");
    }

    @Test
    void figuresOfTheChartsCanBeReadAsATable() {
        open("overview");

        page.getByText("Show the figures as a table").click();

        page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Figures of the charts"))
                .getByText("Longest wait")
                .first()
                .waitFor();
    }

    @Test
    void deletesCanOnlyBeApprovedAfterLooking() {
        open("collections");
        button("Look and decide").click();
        page.locator("dialog").getByText("The first 50 of 60.").waitFor();

        assertThat(button("Delete 60 documents").getAttribute("aria-disabled")).isEqualTo("true");
        clickDead("Delete 60 documents");
        assertThat(agent.calls).isEmpty();

        page.getByLabel("I have looked").check();
        button("Delete 60 documents").click();
        isTold("The deletes in orders go through.");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/collections/orders/approve-deletes {}");
    }

    @Test
    void deletesCanBeRejected() {
        open("collections");
        button("Look and decide").click();

        button("Keep the documents").click();

        isTold("put back on both sides");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/collections/orders/reject-deletes {}");
    }

    @Test
    void collectionIsPausedAndItsModeChanged() {
        open("collections");

        button("Pause menuitems").click();
        isTold("menuitems is paused.");
        button("Mode… of menuitems").click();
        page.getByText("Tandem counts what it would do").click();
        button("Use this mode").click();
        isTold("menuitems: observe.");

        assertThat(agent.calls)
                .containsExactly(
                        "POST /api/sync/bidirectional/collections/menuitems/pause {}",
                        "POST /api/sync/bidirectional/collections/menuitems/mode {\"mode\":\"observe\"}");
    }

    @Test
    void comparisonShowsItsProgressAndCanBeCancelled() {
        open("collections");

        button("Compare both sides").click();
        sees("4,000 of 10,000 documents");
        sees("5 s left");
        button("Cancel").click();

        sees("The comparison was cancelled");
        assertThat(agent.calls).contains("DELETE /api/sync/bidirectional/verify");
    }

    @Test
    void resyncAsksBefore() {
        open("collections");

        button("Resync…").click();
        button("Not now").click();
        assertThat(agent.calls).isEmpty();
        button("Resync…").click();
        button("Resync").click();

        isTold("Resync has begun.");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/resync {}");
    }

    @Test
    void conflictIsShownSideBySideAndPutBackAfterAsking() {
        open("conflicts");
        page.locator(".window-row").nth(1).click();
        page.locator(".diff-table").getByText("Flat white, number 1").waitFor();
        assertThat(page.locator(".diff-table tr.differs").count()).isEqualTo(2);
        assertThat(page.locator(".version.won").innerText()).contains("Atlas").contains("kept");

        button("Put the other version back…").click();
        assertThat(agent.calls).isEmpty();
        button("Put it back").click();

        isTold("The version that lost is back");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/conflicts/c1/restore {}");
    }

    @Test
    void conflictOfAnotherDeviceIsNotCalledOneOfThisDevice() {
        agent.content.conflictDevice = "till-2";
        open("conflicts/c0");

        page.locator(".diff-table thead").getByText("till-2").waitFor();

        assertThat(page.locator(".version-name").first().innerText()).startsWith("till-2");
        assertThat(page.locator(".window-row").first().innerText()).contains("till-2 won");
        assertThat(page.locator("main").innerText()).doesNotContain("This device");
    }

    @Test
    void mergedConflictSaysWhichVersionIsPutBack() {
        open("conflicts/c2");

        sees("Both versions were merged field by field");
        button("Put the version of this device back…").click();

        sees("The document becomes again what this device had before the conflict.");
    }

    @Test
    void wayBackLeadsFromAConflictToTheListOnAPhone() {
        look(com.microsoft.playwright.options.ColorScheme.LIGHT, PHONE_WIDTH, 844);
        open("conflicts");
        page.locator(".window-row").nth(1).click();
        page.locator(".diff-table").getByText("Flat white, number 1").waitFor();
        assertThat(page.locator(".window-list").isVisible()).isFalse();

        page.goBack();

        page.locator(".window-list").waitFor();
        assertThat(page.url()).endsWith("#/conflicts");
    }

    @Test
    void quarantinedChangeIsRetriedOrGivenUp() {
        open("quarantine");
        sees("Another document holds the same value");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Give up… menuitems"))
                .click();
        button("Give it up").click();

        isTold("was given up");
        sees("Nothing in quarantine");
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/quarantine/q1/drop {}");
    }

    @Test
    void devicesTellWhoIsSilentAndWhoSharesAName() {
        open("devices");

        sees("Two running agents call themselves");
        assertThat(page.locator("tbody tr").allInnerTexts())
                .anySatisfy(row -> assertThat(row).contains("bar").contains("Silent"))
                .anySatisfy(row -> assertThat(row).contains("till-7").contains("this device"));
    }

    @Test
    void activityIsFilteredAndHeld() {
        open("activity");
        sees("Atlas Change Stream started successfully");

        page.getByLabel("Kind").selectOption("conflict");
        assertThat(page.locator(".feed-line").count()).isEqualTo(1);
        button("Hold").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Go on"))
                .waitFor();
        button("Alerts").click();
        sees("1 change is in quarantine");
        button("Audit log").click();

        sees("POST /api/sync/bidirectional/toggle");
    }

    @Test
    void whatHappenedBetweenTwoStreamsIsSeenAndNothingTwice() {
        Document before = CannedContent.change("before-the-gap", 20);
        agent.content.changes = List.of(before);
        open("activity");
        sees("before-the-gap");

        agent.content.changes = List.of(CannedContent.change("in-the-gap", 3), before);
        agent.content.breakStreams();

        sees("in-the-gap");
        assertThat(page.locator(".feed-line:not(.notice-line) .faint.mono").allInnerTexts())
                .containsExactly("in-the-gap", "before-the-gap");
    }

    @Test
    void whatHappensIsSeenWithoutAStreamToo() {
        agent.content.changes = List.of();
        agent.content.streamsLeft = false;
        open("activity");
        sees("Atlas Change Stream started successfully");

        agent.content.changes = List.of(CannedContent.change("seen-by-asking", 0));

        sees("seen-by-asking");
    }

    @Test
    void settingsHideSecretsAndAskBeforeTheSwitch() {
        open("settings");
        sees("mongodb://<hidden>@localhost:27017/shop");

        button("Turn off…").click();
        button("Turn off").click();

        isTold("Two-way sync is off.");
        button("Turn on…").waitFor();
        assertThat(agent.calls).containsExactly("POST /api/sync/bidirectional/toggle {\"enabled\":false}");
    }

    @Test
    void deadAgentIsNoticedAndItsReturnToo() {
        agent.content.calm();
        open("overview");
        heading("Everything is in step").waitFor();

        page.route("**/api/**", route -> route.abort());
        agent.content.breakStreams();
        heading("No word from Tandem").waitFor();
        sees("Check that Tandem runs on this device.");

        page.unroute("**/api/**");
        heading("Everything is in step").waitFor();
    }

    @Test
    void lostHubIsShownWithTheRemedy() {
        agent.content.calm();
        open("overview");
        heading("Everything is in step").waitFor();

        agent.content.hubReachable = false;

        heading("Cut off from Atlas").waitFor();
        sees("Check the network");
        await().untilAsserted(
                        () -> assertThat(page.locator(".lane.broken").count()).isEqualTo(2));
    }
}
