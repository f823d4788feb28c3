package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Documents come from strangers: their markup is shown as text and never runs. */
class HostileContentTest extends CannedAgentTest {

    @Test
    void markupInAConflictIsText() {
        open("conflicts/c0");

        page.locator(".diff-table").getByText(CannedContent.SCRIPT).waitFor();
        nothingRan();
    }

    @Test
    void markupInAQuarantinedDocumentAndItsErrorIsText() {
        open("quarantine");

        page.locator(".server-said").getByText(CannedContent.SCRIPT).waitFor();
        page.locator(".diff-table").getByText(CannedContent.SCRIPT).waitFor();
        nothingRan();
    }

    @Test
    void markupInTheActivityAndTheAuditLogIsText() {
        open("activity");
        page.locator(".feed").getByText(CannedContent.SCRIPT).waitFor();
        button("Audit log").click();
        page.locator("table").getByText(CannedContent.SCRIPT).waitFor();
        nothingRan();
    }

    @Test
    void markupInThePreviewOfDeletesIsText() {
        open("collections");
        button("Look and decide").click();

        page.getByRole(AriaRole.DIALOG).getByText("note: <img src=x").first().waitFor();
        nothingRan();
    }

    @Test
    void charactersThatHideOrTurnTextAreShownByTheirNumber() {
        agent.content.hostile = "gnp\u202egnp.exe\u200b";
        open("conflicts/c0");

        page.locator(".diff-table").getByText("gnp⟨U+202E⟩gnp.exe⟨U+200B⟩").waitFor();
    }

    @Test
    void hugeTextIsShownAroundThePlaceWhereItDiffers() {
        agent.content.hostile = "x".repeat(200_000) + "THE END";
        agent.content.other = "x".repeat(200_000) + "the end";
        open("conflicts/c0");

        page.locator(".diff-table").getByText("THE END").first().waitFor();
        assertThat(page.locator(".diff-table").innerText())
                .hasSizeLessThan(5_000)
                .contains("the end", "200,007 characters");
        nothingRan();
    }

    @Test
    void fieldBesideAnExtendedJsonNameIsNotHidden() {
        agent.content.hostileField = new Document("$oid", "65a1b2c3d4e5f60700000000").append("secret", "seen");
        open("conflicts/c0");

        page.locator(".diff-table").getByText("seen").waitFor();
    }

    @Test
    void brokenAddressOpensTheOverview() {
        page.navigate(address() + "/#/constructor/%E0%A4%A");

        heading("Deletes wait for your decision").waitFor();
    }

    private void nothingRan() {
        page.waitForFunction("() => document.readyState === 'complete'", null, new Page.WaitForFunctionOptions());
        assertThat(page.evaluate("() => window.attacked")).isNull();
        assertThat(page.locator("main img, main script, dialog img, dialog script")
                        .count())
                .isZero();
    }
}
