package io.tandem.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {

    @Test
    void theJvmTakesEveryOptionWhileItRuns() {
        IdleMemory.giveBack();

        HotSpotDiagnosticMXBean virtualMachine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        IdleMemory.OPTIONS.forEach((name, value) ->
                assertThat(virtualMachine.getVMOption(name).getValue()).as(name).isEqualTo(value));
    }
}
