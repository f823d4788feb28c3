package io.tandem.agent.http;

import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;

/** A call that is answered with an error. Its message becomes the problem's detail. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> errors;
    private final transient Map<String, String> headers;

    private Refusal(int status, String detail, Map<String, String> errors, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.errors = errors;
        this.headers = headers;
    }

    static Refusal of(int status, String detail) {
        return new Refusal(status, detail, Map.of(), Map.of());
    }

    static Refusal of(int status, String detail, Map<String, String> headers) {
        return new Refusal(status, detail, Map.of(), headers);
    }

    /** 405 with the methods that the path takes. */
    static Refusal methodNotAllowed(String method, Collection<String> allowed) {
        TreeSet<String> all = new TreeSet<>(allowed);
        if (all.contains("GET")) {
            all.add("HEAD");
        }
        String list = String.join(", ", all);
        return of(405, "This path does not take " + method + "; allowed: " + list + ".", Map.of("Allow", list));
    }

    /** 422 about one field. */
    static Refusal field(String name, String wrong) {
        return new Refusal(422, "The field " + name + " " + wrong, Map.of(name, wrong), Map.of());
    }

    /** 422 about one query parameter. */
    static Refusal parameter(String name, String wrong) {
        return new Refusal(422, "The parameter " + name + " " + wrong, Map.of(name, wrong), Map.of());
    }

    int status() {
        return status;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, String> errors() {
        return errors;
    }

    Map<String, String> headers() {
        return headers;
    }
}
