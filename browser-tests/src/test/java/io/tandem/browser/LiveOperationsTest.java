package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** What operators do now and then: backups, resyncs, repairs, observing, and an agent that dies and comes back. */
class LiveOperationsTest extends LiveTest {

    @Test
    void backupIsMadeAndItsPlaceIsTold() throws IOException {
        local("tables")
                .insertMany(IntStream.range(0, 50)
                        .mapToObj(n -> new Document("_id", "table-" + n))
                        .toList());
        open("settings");

        button("Back up this device…").click();
        button("Back up").click();

        page.locator(".last-backup .mono").waitFor(patiently());
        Path written = Path.of(page.locator(".last-backup .mono").innerText());
        assertThat(written.getParent()).isEqualTo(agent.directory.toRealPath().resolve("backups"));
        try (Stream<Path> files = Files.walk(written)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("tandem-manifest.json", "tables.bson.gz")
                    .doesNotContain("INCOMPLETE");
        }
    }

    @Test
    void killedAgentIsNoticedAndItsReturnToo() {
        open("overview");
        heading("Everything is in step").waitFor(patiently());

        agent.kill();
        heading("No word from Tandem").waitFor(patiently());
        local("tables").insertOne(new Document("_id", "while-the-agent-was-dead"));

        agent.startAgain();
        heading("Everything is in step").waitFor(patiently());
        awaitDocument(hub("tables"), "while-the-agent-was-dead");
        open("devices");
        sees("till-7");
    }

    @Test
    void resyncIsCountedAndRecorded() {
        open("collections");

        button("Resync…").click();
        button("Resync").click();

        isTold("Resync has begun.");
        await().atMost(PATIENCE)
                .until(() -> page.request()
                        .get(address() + "/api/sync/bidirectional/metrics")
                        .text()
                        .replaceFirst("(?s).*\"resyncs\":\\s*(\\d+).*", "$1")
                        .matches("[1-9]\\d*"));
        open("activity/audit");
        sees("/api/sync/bidirectional/resync");
    }

    @Test
    void observedCollectionTellsWhatItWouldDoAndDoesNothing() {
        local("vouchers").insertOne(new Document("_id", "first"));
        awaitDocument(hub("vouchers"), "first");
        open("collections");
        button("Mode… of vouchers").click();
        page.getByText("Tandem counts what it would do").click();
        button("Use this mode").click();
        isTold("vouchers: observe.");

        local("vouchers").insertOne(new Document("_id", "would-be-sent"));
        local("tables").insertOne(new Document("_id", "sent"));

        awaitDocument(hub("tables"), "sent");
        page.getByText("would send 1").waitFor(patiently());
        assertThat(find(hub("vouchers"), "would-be-sent")).isNull();
    }

    @Test
    void whatAPausedCollectionHoldsBackIsNotCalledEqual() {
        local("recipes").insertMany(List.of(new Document("_id", "soup"), new Document("_id", "bread")));
        awaitDocument(hub("recipes"), "bread");
        open("collections");
        button("Pause recipes").click();
        isTold("recipes is paused.");
        local("recipes").updateOne(Filters.eq("_id", "soup"), Updates.set("salt", true));
        button("Compare both sides").click();
        page.locator("main")
                .getByText("Equal, apart from what is on its way or held back")
                .waitFor(patiently());
        sees("recipes: 1 on the way or held back by the mode");
        page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText("recipes"))
                .locator("td[data-label=Differences]")
                .getByText("1")
                .waitFor(patiently());

        button("Resume recipes").click();

        await().atMost(PATIENCE)
                .until(() -> Boolean.TRUE.equals(find(hub("recipes"), "soup").get("salt")));
    }

    @Test
    void keyboardAloneIsEnoughToPauseACollection() {
        local("orders").insertOne(new Document("_id", "one"));
        awaitDocument(hub("orders"), "one");
        open("collections");
        button("Pause orders").waitFor(patiently());

        for (int n = 0; n < 60 && !focusedName().equals("Pause orders"); n++) {
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");

        isTold("orders is paused.");
        page.getByRole(AriaRole.LINK).getByText("Overview").click();
        heading("In step, but one collection is paused")
                .or(page.getByText("collections are paused"))
                .first()
                .waitFor(patiently());
        open("collections");
        button("Resume orders").click();
        isTold("orders goes on.");
    }

    private String focusedName() {
        return String.valueOf(page.evaluate("() => document.activeElement?.getAttribute('aria-label')"));
    }
}
