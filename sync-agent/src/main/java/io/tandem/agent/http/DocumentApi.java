package io.tandem.agent.http;

import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.json.Json;
import io.tandem.agent.json.StrictJson;
import io.tandem.agent.service.Documents;
import io.tandem.agent.view.DocumentsView;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;

/** The calls with which applications read and write documents. */
final class DocumentApi {
    private static final String LIST = "/api/{resource}";
    private static final String ONE = "/api/{resource}/{id}";
    private static final String IF_MATCH = "The ETag of a read; 412 when the document has changed since";
    private static final String EXAMPLE = "{\"name\":\"Test Item\",\"price\":25}";

    private final Documents documents;
    private final Map<String, String> resources;
    private final Map<String, Set<String>> taken;

    /** @param taken first path segments that other calls have, with the methods of the call that is exactly there, if any */
    DocumentApi(Documents documents, Map<String, String> resources, Map<String, Set<String>> taken) {
        this.documents = documents;
        this.resources = resources;
        this.taken = taken;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(LIST)
                        .in(Group.DOCUMENTS, "List documents")
                        .parameter("filter", "JSON object of fields and comparisons", "{\"price\":{\"$lt\":30}}")
                        .parameter("sort", "Fields, a leading - for falling order", "-price,name")
                        .parameter("limit", "Documents a page, 1 to 500; 50 when absent", "100")
                        .parameter("cursor", "nextCursor of the page before", "")
                        .answers(200, DocumentsView.class)
                        .fails(404, 405, 422, 503)
                        .handledBy(this::list),
                Endpoint.post(LIST)
                        .access(Access.WRITE)
                        .in(Group.DOCUMENTS, "Create a document")
                        .documentBody("The document; an _id is made unless given", EXAMPLE)
                        .answers(201, "application/json", "The document as stored")
                        .fails(404, 409, 503)
                        .handledBy(this::create),
                Endpoint.get(ONE)
                        .in(Group.DOCUMENTS, "Read a document")
                        .header("If-None-Match", "The ETag of a copy; 304 when it is still the same", "")
                        .answers(200, "application/json", "The document, with an ETag")
                        .fails(404, 409, 422, 503)
                        .handledBy(this::read),
                Endpoint.put(ONE)
                        .access(Access.WRITE)
                        .in(Group.DOCUMENTS, "Set the given fields and leave the others")
                        .documentBody("The fields to set", "{\"price\":30}")
                        .header("If-Match", IF_MATCH, "")
                        .answers(200, "application/json", "The document as stored")
                        .fails(404, 409, 412, 503)
                        .handledBy(call ->
                                tagged(200, documents.set(collection(call), id(call), call.object(), ifMatch(call)))),
                Endpoint.patch(ONE)
                        .access(Access.WRITE)
                        .in(Group.DOCUMENTS, "Apply a JSON merge patch: null removes a field, objects merge")
                        .documentBody("The patch", "{\"price\":30,\"category\":null}")
                        .header("If-Match", IF_MATCH, "")
                        .answers(200, "application/json", "The document as stored")
                        .fails(404, 409, 412, 503)
                        .handledBy(call ->
                                tagged(200, documents.merge(collection(call), id(call), call.object(), ifMatch(call)))),
                Endpoint.delete(ONE)
                        .access(Access.WRITE)
                        .in(Group.DOCUMENTS, "Delete a document")
                        .header("If-Match", IF_MATCH, "")
                        .answers(204, "", "It is gone")
                        .fails(404, 409, 412, 422, 503)
                        .handledBy(call -> {
                            documents.delete(collection(call), id(call), ifMatch(call));
                            return Reply.empty(204);
                        }));
    }

    private Reply list(Call call) {
        String collection = collection(call);
        call.onlyParameters("filter", "sort", "limit", "cursor");
        BsonDocument filter = call.parameter("filter").map(DocumentApi::filter).orElseGet(BsonDocument::new);
        List<String> sort = call.parameter("sort")
                .map(text ->
                        Arrays.stream(text.split(",", -1)).map(String::strip).toList())
                .orElse(List.of());
        Documents.Page page = documents.list(
                collection,
                new Documents.Query(filter, sort, call.number("limit", 50, 1, 500), call.parameter("cursor")));
        return Reply.ok(new DocumentsView(page.items(), page.nextCursor()));
    }

    private static BsonDocument filter(String text) {
        try {
            return StrictJson.object(text);
        } catch (StrictJson.Refused refused) {
            throw Refusal.parameter("filter", refused.getMessage() + ".");
        }
    }

    private Reply create(Call call) {
        Documents.Tagged created = documents.insert(collection(call), call.object());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Location", "/api/" + call.pathParameter("resource") + "/" + inPath(created));
        return tagged(201, created, headers);
    }

    private Reply read(Call call) {
        Documents.Tagged found = documents.get(collection(call), id(call));
        boolean same = call.ifNoneMatch()
                .map(tags -> tags.strip().equals("*") || tags.contains("\"" + found.tag() + "\""))
                .orElse(false);
        return same
                ? new Reply.Content(304, "", new byte[0], Map.of("ETag", "\"" + found.tag() + "\""))
                : tagged(200, found);
    }

    private static Reply tagged(int status, Documents.Tagged document) {
        return tagged(status, document, Map.of());
    }

    private static Reply tagged(int status, Documents.Tagged document, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("ETag", "\"" + document.tag() + "\"");
        return new Reply.Content(
                status,
                "application/json;charset=utf-8",
                Json.relaxed(document.document()).getBytes(StandardCharsets.UTF_8),
                headers);
    }

    /** The collection behind the path. @throws Refusal 404 for everything that is not for applications */
    private String collection(Call call) {
        String resource = call.pathParameter("resource");
        String collection = resources.getOrDefault(resource, resource);
        boolean internal = collection.startsWith("_sync")
                || collection.startsWith("_tandem")
                || collection.startsWith("system.")
                || collection.contains(".system.");
        // A name that the operator chose may mean a collection of any name; one from outside may not.
        boolean named = resources.containsKey(resource) || collection.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}");
        if (internal || !named) {
            throw Refusal.of(404, "There is no such resource.");
        }
        Set<String> methods = taken.getOrDefault(resource, Set.of());
        if (taken.containsKey(resource) && !call.pathParameters().containsKey("id") && !methods.isEmpty()) {
            throw Refusal.methodNotAllowed(call.method(), methods);
        }
        if (taken.containsKey(resource)) {
            throw Refusal.of(
                    404,
                    "/api/" + resource + " is taken by another call; give the collection another name in API_RESOURCES,"
                            + " for example API_RESOURCES=shop-" + resource + "=" + resource + ".");
        }
        return collection;
    }

    private static String id(Call call) {
        return call.pathParameter("id");
    }

    /** The tags of If-Match, of which the document must have one; none when it may have any. */
    private static Set<String> ifMatch(Call call) {
        Optional<String> header = call.ifMatch().filter(tags -> !tags.strip().equals("*"));
        Set<String> tags = new LinkedHashSet<>();
        for (String tag : header.map(text -> text.split(",", -1)).orElse(new String[0])) {
            // A weak tag never matches here (RFC 9110, 13.1.1): it says that two documents mean the same, not that they
            // are the same.
            if (!tag.strip().matches("(?:W/)?\"[^\"\\s]*\"")) {
                throw Refusal.of(412, "If-Match must be the ETag that a read answered, with its quotes.");
            }
            tags.add(tag.strip().replace("\"", ""));
        }
        return tags;
    }

    private static String inPath(Documents.Tagged document) {
        return URLEncoder.encode(document.path(), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
