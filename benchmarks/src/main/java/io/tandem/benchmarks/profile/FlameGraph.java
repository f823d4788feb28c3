package io.tandem.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Draws where the engine's threads spend their processor time: the samples of a flight recording as an SVG flame graph, callers below,
 * callees above, each as wide as its share. Stateless.
 */
public final class FlameGraph {
    private static final String THREADS = "tandem-";
    private static final int WIDTH = 1400;
    private static final int ROW = 17;
    private static final int TOP = 40;
    private static final double LEAST_WIDTH = 3;
    private static final double CHARACTER = 6.6;

    private FlameGraph() {}

    /** Frames with the same name and the same callers. */
    private static final class Node {
        private final Map<String, Node> callees = new TreeMap<>();
        private long samples;

        Node callee(String name) {
            return callees.computeIfAbsent(name, any -> new Node());
        }

        int depth() {
            return 1 + callees.values().stream().mapToInt(Node::depth).max().orElse(0);
        }
    }

    /** Reads a recording and writes the graph. */
    public static void write(Path recording, Path graph, String title) throws IOException {
        Node root = read(recording);
        int depth = root.depth();
        StringBuilder svg = new StringBuilder();
        int height = TOP + (depth + 1) * ROW;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"11\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fffdf7\"/>%n"
                        + "<text x=\"10\" y=\"22\" font-size=\"15\">%s: processor time of the engine's threads, %d samples</text>%n",
                WIDTH,
                height,
                escape(title),
                root.samples));
        draw(svg, "all", root, 0, WIDTH, height - ROW, root.samples);
        svg.append("</svg>\n");
        Files.writeString(graph, svg);
    }

    private static Node read(Path recording) throws IOException {
        Node root = new Node();
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                // A stack that was cut off would stand on its own beside the others.
                if (event.getEventType().getName().equals("jdk.ExecutionSample")
                        && event.getStackTrace() != null
                        && !event.getStackTrace().isTruncated()) {
                    RecordedThread thread = event.getThread("sampledThread");
                    if (thread != null && String.valueOf(thread.getJavaName()).startsWith(THREADS)) {
                        add(root, event.getStackTrace().getFrames());
                    }
                }
            }
        }
        return root;
    }

    private static void add(Node root, List<RecordedFrame> frames) {
        Node node = root;
        node.samples++;
        for (int i = frames.size() - 1; i >= 0; i--) {
            String type = frames.get(i).getMethod().getType().getName();
            String name = type.substring(type.lastIndexOf('.') + 1).replaceAll("\\$\\$Lambda.*", "$lambda") + "."
                    + frames.get(i).getMethod().getName();
            node = node.callee(name);
            node.samples++;
        }
    }

    private static void draw(StringBuilder svg, String name, Node node, double x, double width, int y, long all) {
        int hue = 10 + Math.floorMod(name.hashCode(), 45);
        svg.append(String.format(
                Locale.ROOT,
                "<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"hsl(%d,85%%,68%%)\"/>",
                escape(name),
                100.0 * node.samples / Math.max(1, all),
                x,
                y,
                Math.max(0.5, width - 0.5),
                ROW - 1,
                hue));
        int fitting = (int) (width / CHARACTER) - 1;
        if (fitting > 3) {
            String text = name.length() <= fitting ? name : name.substring(0, fitting - 1) + "…";
            svg.append(String.format(
                    Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 3, y + ROW - 5, escape(text)));
        }
        svg.append("</g>\n");
        double at = x;
        for (Map.Entry<String, Node> callee : node.callees.entrySet()) {
            double wide = width * callee.getValue().samples / Math.max(1, node.samples);
            if (wide >= LEAST_WIDTH) {
                draw(svg, callee.getKey(), callee.getValue(), at, wide, y - ROW, all);
            }
            at += wide;
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
