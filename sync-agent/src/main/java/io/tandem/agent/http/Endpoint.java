package io.tandem.agent.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One call of the HTTP interface: how it is made, who may make it, what it does, and everything the OpenAPI document says about it. Immutable.
 */
final class Endpoint {
    private final String method;
    private final String path;
    private final Access access;
    private final Handler handler;
    private final Group group;
    private final String summary;
    private final String description;
    private final List<Parameter> parameters;
    private final Optional<Body> body;
    private final Answer answer;
    private final List<Integer> errors;
    private final boolean timeLimited;
    private final boolean fromMemory;

    private Endpoint(Builder builder, Handler handler) {
        this.method = builder.method;
        this.path = builder.path;
        this.access = builder.access;
        this.group = builder.group;
        this.summary = builder.summary;
        this.description = builder.description;
        this.parameters = List.copyOf(builder.parameters);
        this.body = builder.body;
        this.answer = builder.answer;
        this.errors = List.copyOf(builder.errors);
        this.timeLimited = builder.timeLimited;
        this.fromMemory = builder.fromMemory;
        this.handler = handler;
    }

    /** Does the work of a call. */
    interface Handler {
        Reply handle(Call call);
    }

    /** Where a call stands in the documentation. */
    enum Group {
        HEALTH("Health"),
        SYNC("Syncing"),
        CONFLICTS("Conflicts and quarantine"),
        COLLECTIONS("Collections"),
        DOCUMENTS("Documents"),
        OPERATIONS("Operations");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** A query parameter or a header. */
    record Parameter(String name, String place, String meaning, String example) {}

    /** A request body: field names with their JSON type, meaning and whether they must be there; none when it is a whole document. */
    record Body(String meaning, String example, Map<String, Field> fields, boolean required) {}

    /** A field of a request body. */
    record Field(String type, String meaning, boolean required) {}

    /** What comes back when all is well. */
    record Answer(int status, String mediaType, Optional<Class<?>> view, String meaning) {}

    static Builder get(String path) {
        return new Builder("GET", path);
    }

    static Builder post(String path) {
        return new Builder("POST", path);
    }

    static Builder put(String path) {
        return new Builder("PUT", path);
    }

    static Builder patch(String path) {
        return new Builder("PATCH", path);
    }

    static Builder delete(String path) {
        return new Builder("DELETE", path);
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    Access access() {
        return access;
    }

    Handler handler() {
        return handler;
    }

    Group group() {
        return group;
    }

    String summary() {
        return summary;
    }

    String description() {
        return description;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    Optional<Body> body() {
        return body;
    }

    Answer answer() {
        return answer;
    }

    /** The statuses that its errors have, beyond those of every call. */
    List<Integer> errors() {
        return errors;
    }

    boolean timeLimited() {
        return timeLimited;
    }

    /** Whether it never waits for a database. */
    boolean fromMemory() {
        return fromMemory;
    }

    boolean changes() {
        return !method.equals("GET");
    }

    /** The names in braces, in order. */
    List<String> pathParameters() {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
            }
        }
        return names;
    }

    /** Whether a called path is this one's. */
    boolean matches(String called) {
        String[] wanted = path.split("/", -1);
        String[] given = called.split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean any = wanted[i].startsWith("{") && !given[i].isEmpty();
            if (!any && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }

    /** Collects what a call is. */
    static final class Builder {
        private final String method;
        private final String path;
        private final List<Parameter> parameters = new ArrayList<>();
        private final TreeSet<Integer> errors = new TreeSet<>();
        private Access access = Access.READ;
        private Group group = Group.OPERATIONS;
        private String summary = "";
        private String description = "";
        private Optional<Body> body = Optional.empty();
        private Answer answer = new Answer(200, "application/json", Optional.empty(), "");
        private boolean timeLimited = true;
        private boolean fromMemory;

        private Builder(String method, String path) {
            this.method = method;
            this.path = path;
        }

        Builder access(Access needed) {
            this.access = needed;
            return this;
        }

        Builder in(Group where, String whatItDoes) {
            this.group = where;
            this.summary = whatItDoes;
            return this;
        }

        Builder describe(String text) {
            this.description = text;
            return this;
        }

        Builder parameter(String name, String meaning, String example) {
            parameters.add(new Parameter(name, "query", meaning, example));
            return this;
        }

        Builder header(String name, String meaning, String example) {
            parameters.add(new Parameter(name, "header", meaning, example));
            return this;
        }

        /** A body that is an object with fields; give each as name, JSON type, meaning, "required" or "optional". */
        Builder body(String meaning, String example, String[]... fields) {
            Map<String, Field> known = new LinkedHashMap<>();
            boolean required = false;
            for (String[] field : fields) {
                known.put(field[0], new Field(field[1], field[2], field[3].equals("required")));
                required |= field[3].equals("required");
            }
            this.body = Optional.of(new Body(meaning, example, known, required));
            return fails(400, 415, 422);
        }

        /** A body that is a document of any form. */
        Builder documentBody(String meaning, String example) {
            this.body = Optional.of(new Body(meaning, example, Map.of(), true));
            return fails(400, 413, 415, 422);
        }

        Builder answers(int status, Class<?> view) {
            this.answer = new Answer(status, "application/json", Optional.of(view), "");
            return this;
        }

        Builder answers(int status, String mediaType, String meaning) {
            this.answer = new Answer(status, mediaType, Optional.empty(), meaning);
            return this;
        }

        Builder fails(Integer... statuses) {
            errors.addAll(List.of(statuses));
            return this;
        }

        Builder withoutTimeLimit() {
            this.timeLimited = false;
            return this;
        }

        /** Needs no database: it is answered also while all workers wait for one. */
        Builder fromMemory() {
            this.fromMemory = true;
            return this;
        }

        Endpoint handledBy(Handler work) {
            return new Endpoint(this, work);
        }
    }
}
