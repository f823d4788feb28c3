package io.tandem.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static final Names DEVICE = new Names("");
    private static final Names TRIAL = new Names("_tandem_selftest_");

    @Test
    void namesTheInternalCollectionsAsOperatorsKnowThem() {
        assertThat(List.of(
                        DEVICE.metadata(),
                        DEVICE.state(),
                        DEVICE.quarantine(),
                        DEVICE.tombstones(),
                        DEVICE.conflicts(),
                        DEVICE.devices(),
                        DEVICE.hub()))
                .containsExactly(
                        "_sync_metadata",
                        "_sync_state",
                        "_sync_quarantine",
                        "_sync_tombstones",
                        "_sync_conflicts",
                        "_sync_devices",
                        "_sync_hub");
        assertThat(TRIAL.metadata()).isEqualTo("_tandem_selftest_sync_metadata");
    }

    @Test
    void leavesInternalAndTemporaryCollectionsAlone() {
        assertThat(List.of("orders", "_orders", "synced", "sync_state", "tmp", "a.b", "_sync", "tmp.renameCollections"))
                .allMatch(DEVICE::isApplication);
        assertThat(List.of(
                        "system.views",
                        "system.buckets.x",
                        "_sync_state",
                        "_sync_anything",
                        "_tandem_selftest_orders",
                        "enxcol_.a.esc",
                        "tmp.agg_out.123",
                        "tmpAb12.renameCollection",
                        "a$b"))
                .noneMatch(DEVICE::isApplication);
    }

    @Test
    void staysWithinItsScope() {
        assertThat(TRIAL.isApplication("_tandem_selftest_orders")).isTrue();
        assertThat(List.of("orders", "_tandem_other_orders", "_tandem_selftest_sync_state", "system.views"))
                .noneMatch(TRIAL::isApplication);
    }
}
