package io.tandem.agent.http;

import java.util.List;

/** The API for reading: one page without script, made from the endpoints. Pure. */
final class DocsPage {
    static final String STYLE = """
            :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
            article { margin: 1.5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
            h3 { margin: 0 0 .5rem; font: 600 1rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
            code, pre { font: .9rem/1.4 ui-monospace, monospace; }
            pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .25rem; }
            table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }
            nav a { margin-right: 1rem; }
            """;

    private DocsPage() {}

    static String of(List<Endpoint> endpoints, String version) {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tandem API</title>")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body><main>")
                .append("<h1>Tandem API ")
                .append(escape(version))
                .append(
                        "</h1><p>The same as an OpenAPI document: <a href=\"/openapi.json\">openapi.json</a>. Where tokens are set, send "
                                + "<code>Authorization: Bearer &lt;token&gt;</code>. Errors are <code>application/problem+json</code> with a "
                                + "<code>detail</code> that says what to do.</p><nav>");
        for (Endpoint.Group group : Endpoint.Group.values()) {
            page.append("<a href=\"#")
                    .append(group.name())
                    .append("\">")
                    .append(escape(group.title()))
                    .append("</a>");
        }
        page.append("</nav>");
        for (Endpoint.Group group : Endpoint.Group.values()) {
            page.append("<h2 id=\"")
                    .append(group.name())
                    .append("\">")
                    .append(escape(group.title()))
                    .append("</h2>");
            endpoints.stream()
                    .filter(endpoint -> endpoint.group() == group)
                    .forEach(endpoint -> article(endpoint, page));
        }
        return page.append("</main></body></html>").toString();
    }

    private static void article(Endpoint endpoint, StringBuilder page) {
        page.append("<article><h3>")
                .append(endpoint.method())
                .append(' ')
                .append(escape(endpoint.path()))
                .append("</h3><p>")
                .append(escape(endpoint.summary()))
                .append(". ")
                .append(escape(endpoint.description()))
                .append(' ')
                .append(escape(OpenApi.role(endpoint)))
                .append("</p>");
        if (!endpoint.parameters().isEmpty()) {
            page.append("<table><tr><th>Parameter</th><th>Meaning</th><th>Example</th></tr>");
            endpoint.parameters()
                    .forEach(parameter -> row(page, parameter.name(), parameter.meaning(), parameter.example()));
            page.append("</table>");
        }
        endpoint.body().ifPresent(body -> {
            page.append("<p>Body: ")
                    .append(escape(body.meaning()))
                    .append("</p><pre>")
                    .append(escape(body.example()))
                    .append("</pre>");
            if (!body.fields().isEmpty()) {
                page.append("<table><tr><th>Field</th><th>Meaning</th><th>Type</th></tr>");
                body.fields()
                        .forEach((name, field) -> row(
                                page, name, field.meaning(), field.type() + (field.required() ? ", required" : "")));
                page.append("</table>");
            }
        });
        page.append("<p>Answers ")
                .append(endpoint.answer().status())
                .append(
                        endpoint.answer().mediaType().isEmpty()
                                ? ""
                                : " <code>" + escape(endpoint.answer().mediaType()) + "</code>")
                .append("; errors ")
                .append(OpenApi.errors(endpoint).toString().replaceAll("[\\[\\]]", ""))
                .append(".</p></article>");
    }

    private static void row(StringBuilder page, String first, String second, String third) {
        page.append("<tr><td><code>")
                .append(escape(first))
                .append("</code></td><td>")
                .append(escape(second))
                .append("</td><td><code>")
                .append(escape(third))
                .append("</code></td></tr>");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
