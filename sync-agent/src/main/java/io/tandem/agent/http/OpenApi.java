package io.tandem.agent.http;

import io.tandem.agent.json.Json;
import io.tandem.agent.json.StrictJson;
import io.tandem.agent.view.ProblemDetail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The OpenAPI 3.1 document of the endpoints. Pure. */
final class OpenApi {

    private OpenApi() {}

    /** The document as JSON text. */
    static String of(List<Endpoint> endpoints, String version) {
        Schemas schemas = new Schemas();
        Map<String, Object> problem = schemas.reference(ProblemDetail.class);
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            paths.computeIfAbsent(endpoint.path(), path -> new LinkedHashMap<>())
                    .put(endpoint.method().toLowerCase(java.util.Locale.ROOT), operation(endpoint, schemas, problem));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                Map.of(
                        "title",
                        "Tandem",
                        "version",
                        version,
                        "description",
                        "Keeps a local MongoDB and a shared one in step, in both directions.",
                        "license",
                        Map.of("name", "Apache-2.0", "identifier", "Apache-2.0")));
        document.put("tags", tags());
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "securitySchemes", Map.of("token", Map.of("type", "http", "scheme", "bearer")),
                        "schemas", schemas.all()));
        return Json.write(document);
    }

    private static List<Object> tags() {
        List<Object> tags = new ArrayList<>();
        for (Endpoint.Group group : Endpoint.Group.values()) {
            tags.add(Map.of("name", group.title()));
        }
        return tags;
    }

    private static Map<String, Object> operation(Endpoint endpoint, Schemas schemas, Map<String, Object> problem) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("tags", List.of(endpoint.group().title()));
        operation.put("summary", endpoint.summary());
        operation.put("operationId", operationId(endpoint));
        operation.put("description", (endpoint.description() + " " + role(endpoint)).strip());
        operation.put("parameters", parameters(endpoint));
        endpoint.body().ifPresent(body -> operation.put("requestBody", body(body)));
        operation.put("responses", responses(endpoint, schemas, problem));
        operation.put("security", endpoint.access() == Access.OPEN ? List.of() : List.of(Map.of("token", List.of())));
        return operation;
    }

    static String role(Endpoint endpoint) {
        return endpoint.access()
                .role()
                .map(role -> "Needs the role " + role.label() + " where tokens are set.")
                .orElse("Open to everybody.");
    }

    private static String operationId(Endpoint endpoint) {
        String words = endpoint.path().replaceAll("[{}]", "").replaceAll("[^A-Za-z0-9]+", "-");
        return endpoint.method().toLowerCase(java.util.Locale.ROOT) + words;
    }

    private static List<Object> parameters(Endpoint endpoint) {
        List<Object> parameters = new ArrayList<>();
        for (String name : endpoint.pathParameters()) {
            parameters.add(Map.of("name", name, "in", "path", "required", true, "schema", Map.of("type", "string")));
        }
        for (Endpoint.Parameter parameter : endpoint.parameters()) {
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("name", parameter.name());
            described.put("in", parameter.place());
            described.put("required", false);
            described.put("description", parameter.meaning());
            described.put("schema", Map.of("type", "string"));
            if (!parameter.example().isEmpty()) {
                described.put("example", parameter.example());
            }
            parameters.add(described);
        }
        return parameters;
    }

    private static Map<String, Object> body(Endpoint.Body body) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        if (!body.fields().isEmpty()) {
            Map<String, Object> properties = new LinkedHashMap<>();
            List<String> required = new ArrayList<>();
            body.fields().forEach((name, field) -> {
                properties.put(name, Map.of("type", field.type(), "description", field.meaning()));
                if (field.required()) {
                    required.add(name);
                }
            });
            schema.put("properties", properties);
            schema.put("required", required);
            schema.put("additionalProperties", false);
        }
        return Map.of(
                "description", body.meaning(),
                "required", body.required(),
                "content",
                        Map.of(
                                "application/json",
                                Map.of("schema", schema, "example", StrictJson.object(body.example()))));
    }

    private static Map<String, Object> responses(Endpoint endpoint, Schemas schemas, Map<String, Object> problem) {
        Map<String, Object> responses = new LinkedHashMap<>();
        Endpoint.Answer answer = endpoint.answer();
        Map<String, Object> good = new LinkedHashMap<>();
        good.put("description", answer.meaning().isEmpty() ? endpoint.summary() : answer.meaning());
        if (!answer.mediaType().isEmpty()) {
            Map<String, Object> schema = answer.view()
                    .map(schemas::reference)
                    .orElse(
                            answer.mediaType().equals("application/json")
                                    ? Map.of("type", "object")
                                    : Map.of("type", "string"));
            good.put("content", Map.of(answer.mediaType(), Map.of("schema", schema)));
        }
        responses.put(Integer.toString(answer.status()), good);
        for (int status : errors(endpoint)) {
            responses.put(
                    Integer.toString(status),
                    Map.of(
                            "description", Problems.title(status),
                            "content", Map.of(Problems.MEDIA_TYPE, Map.of("schema", problem))));
        }
        return responses;
    }

    /** Every error status that an endpoint can have. */
    static SortedSet<Integer> errors(Endpoint endpoint) {
        SortedSet<Integer> errors = new TreeSet<>(endpoint.errors());
        errors.add(403);
        if (endpoint.access() != Access.OPEN) {
            errors.add(401);
            errors.add(429);
        }
        if (endpoint.timeLimited() && !endpoint.fromMemory()) {
            errors.add(503);
        }
        return errors;
    }
}
