package io.tandem.demo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The product keeps its shape. Each rule is shown to fail by {@link RulesCanFailTest}. */
class ArchitectureTest {

    /** Every package that a rule names or the code map lists: a rule about a package that is gone would hold for no reason. */
    private static final List<String> PACKAGES = List.of(
            "engine",
            "engine.config",
            "engine.model",
            "engine.status",
            "engine.fault",
            "engine.time",
            "engine.watch",
            "engine.dirty",
            "engine.guard",
            "engine.mongo",
            "engine.read",
            "engine.plan",
            "engine.write",
            "engine.checkpoint",
            "engine.scan",
            "engine.run",
            "embedded.auth",
            "agent.cli",
            "agent.service",
            "agent.config",
            "demo");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tandem");

    private final Rules rules = new Rules("io.tandem");

    @TestFactory
    Stream<DynamicTest> everyPackageThatARuleNamesHasClasses() {
        return PACKAGES.stream()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(PRODUCT.stream()
                                        .filter(type -> type.getPackageName().equals("io.tandem." + name))
                                        .filter(type -> !type.getSimpleName().equals("package-info")))
                                .as(
                                        "classes in io.tandem.%s; when a package moved, change the rules and DEVELOPMENT.md too",
                                        name)
                                .isNotEmpty()));
    }

    @Test
    void packagesHaveNoCycles() {
        rules.noPackageCycles().check(PRODUCT);
    }

    @Test
    void planIsPure() {
        rules.planIsPure().check(PRODUCT);
    }

    @Test
    void onlyMongoKnowsTheDriversClient() {
        rules.onlyMongoKnowsTheDriversClient().check(PRODUCT);
    }

    @Test
    void engineAndEmbeddedServerNeverMeet() {
        rules.engineAndEmbeddedServerNeverMeet().check(PRODUCT);
        rules.embeddedServerKnowsNothingOfSync().check(PRODUCT);
    }

    @Test
    void engineKnowsNoProcess() {
        rules.engineKnowsNoProcess().check(PRODUCT);
    }

    @Test
    void agentKnowsNeitherDemoNorEmbeddedServer() {
        rules.agentKnowsNeitherDemoNorEmbeddedServer().check(PRODUCT);
    }

    @Test
    void onlyServiceStartsTheEngine() {
        rules.onlyServiceStartsTheEngine().check(PRODUCT);
    }

    @Test
    void onlyTimeKnowsTheSystemClock() {
        rules.onlyTimeKnowsTheSystemClock().check(PRODUCT);
    }

    @Test
    void nullnessIsForTheCompilerOnly() {
        rules.nullnessIsForTheCompilerOnly().check(PRODUCT);
    }

    @Test
    void onlyCommandsPrint() {
        rules.onlyCommandsPrint().check(PRODUCT);
    }
}
