package io.tandem.demo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that cannot fail proves nothing: each one is run over a small world that breaks it, and over one that keeps it. */
class RulesCanFailTest {

    private static final String WORLDS = "io.tandem.demo.architecture.bad.";

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("cycle", Rules::noPackageCycles, "Cycle detected"),
                rule("impureplan", Rules::planIsPure, "engine.plan.PlanWithClockFile"),
                rule("driver", Rules::onlyMongoKnowsTheDriversClient, "engine.read.ReadsWithTheDriver"),
                rule("meeting", Rules::engineAndEmbeddedServerNeverMeet, "engine.scan.KnowsTheEmbeddedServer"),
                rule("meeting", Rules::embeddedServerKnowsNothingOfSync, "embedded.core.KnowsTheEngine"),
                rule("process", Rules::engineKnowsNoProcess, "engine.run.ReadsArguments"),
                rule("process", Rules::agentKnowsNeitherDemoNorEmbeddedServer, "agent.http.ShowsTheDemo"),
                rule("process", Rules::onlyServiceStartsTheEngine, "agent.http.StartsAnEngine"),
                rule("clock", Rules::onlyTimeKnowsTheSystemClock, "engine.write.LooksAtTheClock"),
                rule("nullness", Rules::nullnessIsForTheCompilerOnly, "agent.http.AsksForAnAnnotation"),
                rule("printing", Rules::onlyCommandsPrint, "engine.guard.Prints"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("rules")
    void failsOnAWorldThatBreaksIt(String world, Function<Rules, ArchRule> rule, String culprit) {
        EvaluationResult result = rule.apply(new Rules(WORLDS + world)).evaluate(classesOf(world));

        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains(culprit);
        assertThat(result.getFailureReport().toString()).doesNotContain("Allowed");
    }

    private static Arguments rule(String world, Function<Rules, ArchRule> rule, String culprit) {
        return Arguments.of(world, rule, culprit);
    }

    private static JavaClasses classesOf(String world) {
        return new ClassFileImporter().importPackages(WORLDS + world);
    }
}
