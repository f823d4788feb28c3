package io.tandem.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as the build wrote it into {@code version.properties}. Any thread. */
public final class TandemVersion implements IVersionProvider {

    private static final String RESOURCE = "version.properties";

    /** The product version, for example {@code 0.1.0}. */
    public static String current() {
        Properties properties = new Properties();
        try (InputStream in = TandemVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The resource io/tandem/agent/cli/" + RESOURCE
                        + " is missing from this build; build it with Maven.");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
        String version = properties.getProperty("version");
        if (version == null || version.contains("$")) {
            throw new IllegalStateException("The resource " + RESOURCE + " holds no version (found: " + version
                    + "); the build must filter src/main/resources-filtered.");
        }
        return version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "tandem " + current(),
            "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + "), "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
