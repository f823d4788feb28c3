package io.tandem.demo;

import io.tandem.agent.cli.Terminal;
import io.tandem.agent.process.Agent;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.Document;
import org.bson.json.JsonWriterSettings;

/** What the demo prints: a table that is renewed on a terminal, a line now and then elsewhere, a summary at the end. */
final class LiveView {
    private static final int LINES_EVERY = 5;

    private final DemoWorld world;
    private final PrintWriter out;
    private final boolean json;
    private final boolean terminal;
    private int shown;

    LiveView(DemoWorld world, PrintWriter out, boolean json) {
        this.world = world;
        this.out = out;
        this.json = json;
        this.terminal = Terminal.isInteractive() && System.getenv("NO_COLOR") == null && !json;
    }

    void begin(long imported, Path logs) {
        if (json) {
            return;
        }
        out.println("Tandem demo: " + devices(world.agents().size()) + " and a hub, " + imported
                + " documents imported, live traffic on all of them.");
        for (int i = 0; i < world.agents().size(); i++) {
            out.println("  " + world.replicas().get(i + 1).name() + "  dashboard "
                    + world.agents().get(i).url() + "/");
        }
        out.println("  logs in " + logs);
        out.println();
        out.flush();
    }

    static String devices(int count) {
        return count == 1 ? "1 device" : count + " devices";
    }

    void show(List<Traffic> traffic) {
        shown++;
        if (json || (!terminal && shown % LINES_EVERY != 1)) {
            return;
        }
        if (terminal && shown > 1) {
            out.print("\u001b[" + (world.replicas().size() + 1) + "A");
        }
        line(
                "%-10s %10s %10s %12s %12s %8s %10s",
                "replica", "documents", "changes", "to Atlas/s", "to device/s", "lag", "conflicts");
        for (int i = 0; i < world.replicas().size(); i++) {
            Replica replica = world.replicas().get(i);
            long changes = traffic.get(i).changes();
            if (i == 0) {
                line("%-10s %10d %10d %12s %12s %8s %10s", replica.name(), replica.count(), changes, "", "", "", "");
                continue;
            }
            Agent agent = world.agents().get(i - 1);
            MetricsView metrics = agent.service().metrics();
            line(
                    "%-10s %10d %10d %12.1f %12.1f %6d ms %8d",
                    replica.name(),
                    replica.count(),
                    changes,
                    metrics.localToAtlas().perSecond(),
                    metrics.atlasToLocal().perSecond(),
                    Math.max(
                            metrics.localToAtlas().lagMs(),
                            metrics.atlasToLocal().lagMs()),
                    metrics.conflicts());
        }
        out.flush();
    }

    /** Says that a replica could not be asked; the table comes again when it can. */
    void unreadable(String why) {
        shown = 0;
        if (!json) {
            line("not everything can be read: %s", why);
            out.flush();
        }
    }

    void goodbye() {
        if (!json) {
            out.println("Stopped.");
            out.flush();
        }
    }

    void summary(long imported, List<Traffic> traffic, Comparison comparison) {
        if (json) {
            out.println(summaryJson(imported, traffic, comparison));
            out.flush();
            return;
        }
        out.println();
        out.println("The traffic has ended; every replica was read and compared by content:");
        for (int i = 0; i < world.replicas().size(); i++) {
            Replica replica = world.replicas().get(i);
            out.println(String.format(
                    Locale.ROOT,
                    "  %-8s %7d documents; made %5d changes; holds sales made by %s",
                    replica.name(),
                    comparison.documents(replica.name()),
                    traffic.get(i).changes(),
                    comparison.sales().getOrDefault(replica.name(), Map.of())));
        }
        comparison.differences().forEach(difference -> out.println("  DIFFERENT: " + difference));
        for (Agent agent : world.agents()) {
            HealthView health = agent.service().ownHealth();
            if (!comparison.equal()) {
                out.println("  " + health.instanceId() + ": " + health.reasons());
            }
        }
        out.println(comparison.equal() ? "All replicas are equal." : "The replicas are NOT equal.");
        out.flush();
    }

    private String summaryJson(long imported, List<Traffic> traffic, Comparison comparison) {
        Document replicas = new Document();
        for (int i = 0; i < world.replicas().size(); i++) {
            String name = world.replicas().get(i).name();
            replicas.append(
                    name,
                    new Document("documents", comparison.documents(name))
                            .append("changes", traffic.get(i).changes())
                            .append("failures", traffic.get(i).failures())
                            .append(
                                    "salesByMaker",
                                    new Document(comparison.sales().getOrDefault(name, Map.of()))));
        }
        return new Document("imported", imported)
                .append("equal", comparison.equal())
                .append("replicas", replicas)
                .append("differences", comparison.differences())
                .toJson(JsonWriterSettings.builder().indent(true).build());
    }

    private void line(String format, Object... values) {
        out.println((terminal ? "\u001b[2K" : "") + String.format(Locale.ROOT, format, values));
    }
}
