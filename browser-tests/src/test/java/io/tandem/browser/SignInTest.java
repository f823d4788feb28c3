package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in where tokens are set, and what each role may do. */
class SignInTest extends CannedAgentTest {

    @BeforeEach
    void setTokens() {
        agent.tokens.put("read-token-1", "read");
        agent.tokens.put("write-token-1", "write");
        agent.tokens.put("admin-token-1", "admin");
    }

    @Test
    void wrongTokenIsRefusedWithTheReason() {
        page.navigate(address());

        page.getByLabel("Token").fill("nonsense");
        button("Sign in").click();

        page.getByRole(AriaRole.ALERT)
                .getByText("The agent does not know this token.")
                .waitFor();
    }

    @Test
    void tokenStaysInThisTabAndOutOfEveryAddress() {
        signIn("read-token-1");

        assertThat(page.url()).doesNotContain("read-token-1");
        assertThat((String) page.evaluate("() => JSON.stringify(localStorage) + document.cookie"))
                .doesNotContain("read-token-1");
        assertThat(page.evaluate("() => sessionStorage.getItem('tandem.token')"))
                .isEqualTo("read-token-1");
        assertThat((String) page.evaluate("() => performance.getEntriesByType('resource').map(e => e.name).join()"))
                .doesNotContain("read-token-1");
        page.reload();
        heading("Deletes wait for your decision").waitFor();
    }

    @Test
    void readerSeesWhyButtonsAreDead() {
        signIn("read-token-1");
        open("collections");

        clickDead("Compare both sides");

        assertThat(button("Compare both sides").getAttribute("aria-disabled")).isEqualTo("true");
        assertThat(button("Compare both sides").getAttribute("title")).contains("Needs the write role", "read role");
        assertThat(agent.calls).isEmpty();
    }

    @Test
    void writerMayPauseButNotSwitch() {
        signIn("write-token-1");
        open("collections");
        button("Pause menuitems").click();
        isTold("menuitems is paused.");

        open("settings");
        assertThat(button("Turn off…").getAttribute("aria-disabled")).isEqualTo("true");
        open("activity/audit");
        sees("For administrators");
    }

    @Test
    void signingOutForgetsTheToken() {
        signIn("admin-token-1");

        button("Sign out").click();

        page.getByLabel("Token").waitFor();
        assertThat(page.evaluate("() => sessionStorage.getItem('tandem.token')"))
                .isNull();
    }

    @Test
    void whoSignsOutIsNotToldOfARefusedToken() {
        page.navigate(address());
        page.getByLabel("Token").fill("nonsense");
        button("Sign in").click();
        page.getByRole(AriaRole.ALERT).waitFor();
        page.getByLabel("Token").fill("admin-token-1");
        button("Sign in").click();
        heading("Deletes wait for your decision").waitFor();

        button("Sign out").click();

        page.getByLabel("Token").waitFor();
        assertThat(page.getByRole(AriaRole.ALERT).count()).isZero();
    }

    @Test
    void withdrawnTokenLeadsBackToTheSignIn() {
        signIn("admin-token-1");
        open("devices");

        agent.tokens.remove("admin-token-1");

        page.getByLabel("Token").waitFor();
        page.getByText("The token is no longer accepted.").waitFor();
    }

    private void signIn(String token) {
        page.navigate(address());
        page.getByLabel("Token").fill(token);
        page.keyboard().press("Enter");
        heading("Deletes wait for your decision").waitFor();
        page.waitForSelector(".who");
    }
}
