package io.tandem.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void fitsTheExponentOfGrowth() {
        double[] sizes = {10, 100, 1000};
        assertThat(Sample.exponent(sizes, new double[] {5, 50, 500})).isCloseTo(1, within(1e-9));
        assertThat(Sample.exponent(sizes, new double[] {1, 100, 10_000})).isCloseTo(2, within(1e-9));
        assertThat(Sample.exponent(sizes, new double[] {7, 7, 7})).isCloseTo(0, within(1e-9));
    }

    @Test
    void refusesToFitASinglePoint() {
        assertThatIllegalArgumentException().isThrownBy(() -> Sample.exponent(new double[] {1}, new double[] {1}));
    }

    @Test
    void takesPercentilesOfWhatIsThere() {
        double[] values = {4, 1, 3, 2};
        assertThat(Sample.median(values)).isEqualTo(2);
        assertThat(Sample.percentile(values, 0.99)).isEqualTo(4);
        assertThat(Sample.median()).isNaN();
    }

    @Test
    void figuresSurviveTheWayBetweenProcesses() {
        for (Target target : List.of(Target.NONE, Target.atLeast(0.7), Target.atMost(50))) {
            Figure figure = new Figure("a name", 1.5, "ratio", target);
            assertThat(Figure.fromBson(figure.toBson())).isEqualTo(figure);
        }
    }

    @Test
    void saysWhetherATargetIsMet() {
        assertThat(new Figure("f", 0.7, "ratio", Target.atLeast(0.7)).verdict()).isEqualTo("met");
        assertThat(new Figure("f", 0.69, "ratio", Target.atLeast(0.7)).verdict())
                .isEqualTo("missed");
        assertThat(new Figure("f", 51, "ms", Target.atMost(50)).verdict()).isEqualTo("missed");
        assertThat(Figure.of("f", 1, "s").verdict()).isEmpty();
    }

    @Test
    void reportsWhatWasNotMeasured() {
        Report report =
                new Report(new BsonDocument("java", new BsonString("17")).append("processors", new BsonInt32(2)));
        report.add("live", List.of(new Figure("ratio", 0.5, "ratio", Target.atLeast(0.6))));
        assertThat(report.isComplete()).isTrue();

        report.failed("burst", "no room");

        assertThat(report.isComplete()).isFalse();
        assertThat(report.table())
                .contains(
                        "java: 17\n",
                        "processors: 2\n",
                        "live",
                        "0.50",
                        ">= 0.60",
                        "missed",
                        "NOT MEASURED: burst: no room");
        BsonDocument json = BsonDocument.parse(report.json());
        assertThat(json.getDocument("failed").getString("burst").getValue()).isEqualTo("no room");
        assertThat(json.getDocument("scenarios").getArray("live")).hasSize(1);
    }
}
