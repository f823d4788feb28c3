package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Signing in to a running agent that asks for tokens. */
class LiveSignInTest extends LiveTest {

    private static final String READER = "reader-0123456789abcdef0123456789abcdef";
    private static final String ADMIN = "admin-0123456789abcdef0123456789abcdef";

    private static final String WRITER = "writer-0123456789abcdef0123456789abcdef";

    @Override
    Map<String, String> settings() {
        return Map.of("API_TOKENS", "mei:read:" + READER + ",jonas:write:" + WRITER + ",ingrid:admin:" + ADMIN);
    }

    @Test
    void readerLooksAndAdministratorActs() {
        page.navigate(address());
        page.getByLabel("Token").fill("wrong-0123456789abcdef0123456789abcdef");
        page.keyboard().press("Enter");
        page.getByRole(AriaRole.ALERT).waitFor();

        page.getByLabel("Token").fill(READER);
        page.keyboard().press("Enter");
        page.locator(".who").getByText("mei, read").waitFor();
        open("settings");
        assertThat(button("Turn off…").getAttribute("aria-disabled")).isEqualTo("true");

        button("Sign out").click();
        page.getByLabel("Token").fill(ADMIN);
        page.keyboard().press("Enter");
        page.locator(".who").getByText("ingrid, admin").waitFor();
        open("settings");
        button("Turn off…").click();
        button("Turn off").click();
        button("Turn on…").waitFor();
        open("activity/audit");
        sees("/api/sync/bidirectional/toggle");
        sees("ingrid");
    }

    @Test
    void writerPausesButDoesNotSwitchOrDecide() {
        local("tables").insertOne(new Document("_id", "window-1"));
        page.navigate(address());
        page.getByLabel("Token").fill(WRITER);
        page.keyboard().press("Enter");
        page.locator(".who").getByText("jonas, write").waitFor();
        open("collections");

        button("Pause tables").click();
        isTold("tables is paused.");
        button("Resume tables").click();
        isTold("tables goes on.");

        assertThat(button("Mode… of tables").getAttribute("aria-disabled")).isEqualTo("true");
        assertThat(button("Resync…").getAttribute("title")).contains("Needs the admin role");
        open("settings");
        assertThat(button("Back up Atlas…").getAttribute("aria-disabled")).isEqualTo("true");
        open("activity/audit");
        sees("For administrators");
        button("Sign out").click();
    }
}
