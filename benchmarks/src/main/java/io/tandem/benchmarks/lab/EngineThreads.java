package io.tandem.benchmarks.lab;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * What the engine's threads have used so far: all those named {@code tandem-*}, and no others, so that neither the servers nor the load
 * count. Threads that have ended are forgotten, therefore both ends of a measurement are taken while the engine runs. Immutable.
 *
 * @param cpuNanos processor time
 * @param allocatedBytes memory allocated, whether still in use or not
 */
public record EngineThreads(long cpuNanos, long allocatedBytes) {
    private static final String PREFIX = "tandem-";

    /** Up to now. */
    public static EngineThreads now() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long cpu = 0;
        long allocated = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(PREFIX)) {
                cpu += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
                allocated += Math.max(0, threads.getThreadAllocatedBytes(thread.getThreadId()));
            }
        }
        return new EngineThreads(cpu, allocated);
    }

    /** What was used since then. */
    public EngineThreads since(EngineThreads before) {
        return new EngineThreads(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
    }
}
