package io.tandem.contract.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.contract.server.Recording.Scenario;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every recorded scenario happens on every server in the same way: results, events, field order, types, codes, labels, messages. */
class ScenarioContractTest {

    private static List<Target> targets = List.of();
    private static int scenariosRun;

    private final KnownDifferences known = KnownDifferences.ofFile();

    @BeforeAll
    static void startServers() {
        targets = Target.replicaSets();
    }

    @AfterAll
    static void sayHowManyAndStop() {
        System.out.println("Contract scenarios run: " + scenariosRun + " ("
                + Recording.instance().scenarios().size() + " recorded, on " + targets + ")");
        targets.forEach(Target::close);
    }

    @TestFactory
    Stream<DynamicNode> scenariosOnServers() {
        return targets.stream().map(target -> DynamicContainer.dynamicContainer(target.name(), testsOn(target)));
    }

    private Stream<DynamicNode> testsOn(Target target) {
        Stream<DynamicNode> scenarios = Recording.instance().scenarios().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> check(target, scenario)));
        DynamicNode last = DynamicTest.dynamicTest(
                "every difference listed for all scenarios is still one",
                () -> assertThat(known.stale(target.kind(), target.wireVersion()))
                        .isEmpty());
        return Stream.concat(scenarios, Stream.of(last));
    }

    private void check(Target target, Scenario scenario) {
        scenariosRun++;
        BsonValue seen = new Replay(target, scenario).run();
        BsonValue expected = new StableNames(Recording.DATABASE).texts(scenario.expected());

        List<String> differences = Differences.between(expected, seen);

        assertThat(known.unexplained(target.kind(), target.wireVersion(), scenario.name(), differences))
                .as("differences between %s and the recording", target.name())
                .isEmpty();
    }
}
