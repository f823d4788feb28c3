package io.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveViewTest {
    @Test
    void countsDevicesInWords() {
        assertThat(LiveView.devices(1)).isEqualTo("1 device");
        assertThat(LiveView.devices(2)).isEqualTo("2 devices");
    }
}
