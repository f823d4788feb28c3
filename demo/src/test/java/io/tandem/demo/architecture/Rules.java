package io.tandem.demo.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;

/**
 * The rules about packages in DEVELOPMENT.md, as ArchUnit rules over all packages below one base package.
 *
 * <p>The base is {@code io.tandem} for the product; the tests of the rules themselves use worlds of their own.
 */
final class Rules {

    private static final Set<String> CLOCK_METHODS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            Instant.class.getName() + ".now",
            Clock.class.getName() + ".systemUTC",
            Clock.class.getName() + ".systemDefaultZone",
            Clock.class.getName() + ".system",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.LocalDate.now");

    private final String base;

    Rules(String base) {
        this.base = base;
    }

    ArchRule noPackageCycles() {
        return slices().matching(base + ".(**)").should().beFreeOfCycles();
    }

    ArchRule planIsPure() {
        return classes()
                .that(resideInAPackage(base + ".engine.plan.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                base + ".engine.plan..",
                                base + ".engine.model..",
                                "org.bson..",
                                "org.jspecify..",
                                "java.lang..",
                                "java.util",
                                "java.util.function..",
                                "java.util.stream..",
                                "java.util.regex..",
                                "java.math..",
                                "java.time..",
                                "java.nio.charset..")
                        .and(DescribedPredicate.not(threads())))
                .because(
                        "the planner takes three states and a policy and returns a plan: no driver, clock, log, thread or setting");
    }

    ArchRule onlyMongoKnowsTheDriversClient() {
        return noClasses()
                .that(resideInAPackage(base + ".engine..")
                        .and(DescribedPredicate.not(resideInAPackage(base + ".engine.mongo.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.mongodb.client..")
                .because("the steps of the engine name what they need as ports, and engine.mongo implements them");
    }

    ArchRule engineAndEmbeddedServerNeverMeet() {
        return noClasses()
                .that(resideInAPackage(base + ".engine.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + ".embedded..")
                .because("nothing in the product may know that it talks to the embedded server");
    }

    ArchRule embeddedServerKnowsNothingOfSync() {
        return noClasses()
                .that(resideInAPackage(base + ".embedded.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + ".engine..", base + ".agent..", base + ".demo..", "com.mongodb..")
                .because("the embedded server is a server for any client");
    }

    ArchRule engineKnowsNoProcess() {
        return noClasses()
                .that(resideInAPackage(base + ".engine.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        base + ".agent..",
                        base + ".demo..",
                        "picocli..",
                        "io.javalin..",
                        "ch.qos.logback..",
                        "io.micrometer..")
                .because("the engine is a library that needs the driver and a logging API, nothing else");
    }

    ArchRule agentKnowsNeitherDemoNorEmbeddedServer() {
        return noClasses()
                .that(resideInAPackage(base + ".agent.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(base + ".demo..", base + ".embedded..")
                .because("the agent is what runs in production");
    }

    ArchRule onlyServiceStartsTheEngine() {
        return noClasses()
                .that(resideInAnyPackage(base + ".agent..", base + ".demo..")
                        .and(DescribedPredicate.not(resideInAPackage(base + ".agent.service.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + ".engine")
                .because("one place in the agent decides when an engine lives");
    }

    ArchRule onlyTimeKnowsTheSystemClock() {
        return noClasses()
                .that(resideInAPackage(base + ".engine..")
                        .and(DescribedPredicate.not(resideInAPackage(base + ".engine.time.."))))
                .should()
                .callMethodWhere(readsTheSystemClock())
                .because("everything else in the engine must run under a test's clock");
    }

    ArchRule onlyCommandsPrint() {
        return noClasses()
                .that(resideInAPackage(base + "..")
                        .and(DescribedPredicate.not(resideInAnyPackage(base + ".agent.cli..", base + ".demo.."))))
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .because("a library logs, and only a command talks to the terminal");
    }

    ArchRule nullnessIsForTheCompilerOnly() {
        return noClasses()
                .that(resideInAPackage(base + ".."))
                .should(ArchCondition.from(asksForNullness()))
                .because("the annotations are not in the jar: a class that asks for them fails when it is used");
    }

    private static DescribedPredicate<JavaClass> asksForNullness() {
        return DescribedPredicate.describe(
                "ask for an annotation of nullness",
                type -> type.getReferencedClassObjects().stream()
                        .anyMatch(asked -> asked.getRawType().getPackageName().startsWith("org.jspecify.")));
    }

    private static DescribedPredicate<JavaClass> threads() {
        return DescribedPredicate.describe(
                "threads", type -> type.isAssignableTo(Thread.class) || type.isEquivalentTo(ThreadLocal.class));
    }

    private static DescribedPredicate<JavaCall<?>> readsTheSystemClock() {
        return DescribedPredicate.describe(
                "reads the system clock",
                call -> CLOCK_METHODS.contains(call.getTargetOwner().getName() + "." + call.getName())
                        && !call.getTarget().getRawParameterTypes().stream()
                                .anyMatch(type -> type.isEquivalentTo(Clock.class)));
    }
}
