package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;

/** Several devices at one hub, as each of their dashboards shows them. */
class LiveFleetTest extends LiveTest {

    @Test
    void everyDeviceIsListedAndOneThatStoppedIsToldApart() {
        try (LiveAgent bar = agent.another("bar")) {
            page.navigate(bar.address() + "/#/devices");
            row("till-7").getByText("Online").waitFor(patiently());
            row("bar").getByText("this device").waitFor();
            assertThat(row("till-7").innerText()).contains("running since").doesNotContain("this device");
        }
        open("devices");

        row("bar").getByText("Stopped").waitFor(patiently());
    }

    @Test
    void twoAgentsWithOneNameAreCalledOut() {
        try (LiveAgent copy = agent.another("till-7")) {
            page.navigate(copy.address() + "/#/overview");

            heading("Two devices use the same name").waitFor(patiently());
            page.locator(".verdict").getByText("INSTANCE_ID").first().waitFor();
        }
    }

    @Override
    boolean isOurs(String url) {
        return url.startsWith("http://127.0.0.1:"); // the agents of both devices
    }

    private Locator row(String device) {
        return page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(device));
    }
}
