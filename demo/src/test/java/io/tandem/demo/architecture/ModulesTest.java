package io.tandem.demo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Which module may be made of which, read from the POM files of this checkout. */
class ModulesTest {

    /** The modules that each one may use outside its tests. A new module is added here, deliberately. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "sync-engine", Set.of(),
            "embedded-mongo", Set.of(),
            "sync-agent", Set.of("sync-engine"),
            "demo", Set.of("sync-agent", "embedded-mongo"),
            "simulation", Set.of("sync-engine"),
            "contract-tests", Set.of(),
            "browser-tests", Set.of(),
            "benchmarks", Set.of("sync-engine", "embedded-mongo"));

    @Test
    void modulesUseOnlyWhatTheyMayAndNobodyUsesTheBenchmarks() throws Exception {
        Map<String, String> poms = new TreeMap<>();
        for (String module : modules()) {
            poms.put(module, Files.readString(checkout().resolve(module).resolve("pom.xml")));
        }

        assertThat(poms.keySet()).isEqualTo(ALLOWED.keySet());
        assertThat(violations(poms)).isEmpty();
    }

    @Test
    void aModuleThatUsesTheBenchmarksIsFound() throws Exception {
        Map<String, String> poms =
                Map.of("demo", pomWith("benchmarks", "compile"), "sync-agent", pomWith("embedded-mongo", "test"));

        assertThat(violations(poms)).containsExactly("demo must not use benchmarks (scope compile)");
    }

    @Test
    void evenTestsMustNotUseTheBenchmarks() throws Exception {
        assertThat(violations(Map.of("demo", pomWith("benchmarks", "test"))))
                .containsExactly("demo must not use benchmarks (scope test)");
    }

    private static List<String> violations(Map<String, String> poms) throws Exception {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> pom : poms.entrySet()) {
            for (Map.Entry<String, String> used :
                    ownDependencies(pom.getValue()).entrySet()) {
                Set<String> allowed = ALLOWED.getOrDefault(pom.getKey(), Set.of());
                boolean inTests =
                        used.getValue().equals("test") && !used.getKey().equals("benchmarks");
                if (!allowed.contains(used.getKey()) && !inTests) {
                    found.add(pom.getKey() + " must not use " + used.getKey() + " (scope " + used.getValue() + ")");
                }
            }
        }
        return found;
    }

    private static Map<String, String> ownDependencies(String pom) throws Exception {
        Map<String, String> scopes = new TreeMap<>();
        NodeList dependencies = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(pom.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (text(dependency, "groupId", "").equals("io.tandem")) {
                scopes.put(text(dependency, "artifactId", ""), text(dependency, "scope", "compile"));
            }
        }
        return scopes;
    }

    private static String text(Element element, String name, String otherwise) {
        NodeList found = element.getElementsByTagName(name);
        return found.getLength() == 0
                ? otherwise
                : found.item(0).getTextContent().strip();
    }

    private static String pomWith(String artifact, String scope) {
        return "<project><dependencies><dependency><groupId>io.tandem</groupId><artifactId>" + artifact
                + "</artifactId><scope>" + scope + "</scope></dependency></dependencies></project>";
    }

    private static Set<String> modules() {
        try (Stream<Path> children = Files.list(checkout())) {
            Set<String> names = new TreeSet<>();
            children.filter(child -> Files.exists(child.resolve("pom.xml")))
                    .forEach(child -> names.add(child.getFileName().toString()));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path checkout() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
