package io.tandem.agent.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the JVM give memory back after a burst. Left alone it keeps what a first sync needed for as long as the process lives, on a device that
 * has other work to do; with these options an idle process is looked at every half minute and shrinks. Any thread.
 *
 * <p>The options may be changed while a JVM of HotSpot runs; another one is left as it is.
 */
final class IdleMemory {
    private static final Logger LOG = LoggerFactory.getLogger(IdleMemory.class);

    /** In this order: the least ratio of free memory must not be above the largest at any time. */
    static final Map<String, String> OPTIONS = options();

    private IdleMemory() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("MinHeapFreeRatio", "10");
        options.put("MaxHeapFreeRatio", "30");
        options.put("G1PeriodicGCInterval", "30000");
        return options;
    }

    static void giveBack() {
        try {
            HotSpotDiagnosticMXBean virtualMachine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            OPTIONS.forEach(virtualMachine::setVMOption);
        } catch (RuntimeException unknownHere) {
            LOG.debug("This JVM gives memory back in its own way", unknownHere);
        }
    }
}
