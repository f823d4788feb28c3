package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter written = new StringWriter();

    private ProgressBar bar(boolean interactive) {
        return new ProgressBar(new PrintWriter(written, true), interactive);
    }

    private void work(ProgressBar bar) {
        bar.begins("backup", Map.of("orders", 60L, "users", 40L));
        bar.advanced("orders", 50, 1_000);
        bar.finished("orders");
        bar.ends();
    }

    @Test
    void nothingIsWrittenWhenNobodyLooks() {
        work(bar(false));

        assertThat(written.toString()).isEmpty();
    }

    @Test
    void aTerminalSeesOneLineThatIsGoneAtTheEnd() {
        work(bar(true));

        assertThat(written.toString())
                .contains("backup   [", "] ", "50 of 100")
                .doesNotContain("\n")
                .endsWith("\r" + " ".repeat(100) + "\r");
    }
}
