package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.Side;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private final Cell cell = new Cell();
    private final Catalog catalog = cell.core.catalog;

    @Test
    void saysOfWhatKindACollectionIsThatItLeavesAlone() {
        cell.scanner.kinds.put("events", "capped");
        cell.scanner.empty.add("orders");

        catalog.refresh(Side.HUB);

        assertThat(catalog.names()).containsExactlyInAnyOrder("events", "orders");
        assertThat(catalog.kindLeftAlone("events")).hasValue("capped");
        assertThat(catalog.kindLeftAlone("orders")).isEmpty();
        assertThat(catalog.kindLeftAlone("unknown")).isEmpty();
        assertThat(catalog.isOrdinary("events")).isFalse();
        assertThat(catalog.isOrdinary("orders")).isTrue();
    }
}
