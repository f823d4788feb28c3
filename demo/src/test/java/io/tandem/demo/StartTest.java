package io.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every call of tandem has to wait for. */
class StartTest {
    private static String classesLoadedBy(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-verbose:class",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aCallThatLogsNothingLoadsNeitherWhatLogsNorTheDriver() throws Exception {
        assertThat(classesLoadedBy("--version"))
                .contains("tandem ")
                .contains("io.tandem.agent.cli.ServeCommand")
                .doesNotContain("ch.qos.logback")
                .doesNotContain("com.mongodb.internal.")
                .doesNotContain("org.bson.json.JsonWriterSettings")
                .doesNotContain("javalin");
    }
}
