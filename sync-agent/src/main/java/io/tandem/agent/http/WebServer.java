package io.tandem.agent.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server: the only class that knows Javalin and Jetty. Started by {@link #start}, stopped by {@link #close}; any thread may close it.
 */
public final class WebServer implements AutoCloseable {
    /** Half of them may be held by event streams. */
    private static final int THREADS_MAX = 64;

    /** Far above what dashboards and scripts of one device need. */
    private static final int CONNECTIONS_MAX = 512;

    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long STOP_MILLIS = 1_500;
    static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Javalin javalin;
    private final boolean secure;
    private final String host;

    private WebServer(Javalin javalin, String host, boolean secure) {
        this.javalin = javalin;
        this.host = host;
        this.secure = secure;
    }

    /** The port cannot be listened on; the message says why and what to do. */
    public static final class CannotListen extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotListen(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Starts to listen.
     *
     * @param port 0 takes any free one
     * @param tls with a certificate: HTTPS
     * @throws CannotListen when the port is taken or not allowed
     */
    static WebServer start(String host, int port, Optional<SslContextFactory.Server> tls, Dispatcher dispatcher) {
        Javalin javalin = Javalin.create(config -> configure(config, host, port, tls, dispatcher));
        try {
            javalin.start();
        } catch (RuntimeException failed) {
            javalin.stop();
            throw explain(failed, host, port);
        }
        return new WebServer(javalin, host, tls.isPresent());
    }

    private static RuntimeException explain(RuntimeException failed, String host, int port) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || cause.getClass().getSimpleName().equals("JavalinBindException")) {
                return new CannotListen(
                        "Cannot listen on " + host + ":" + port
                                + ": the port is in use by another program, or this address is not allowed."
                                + " Stop that program, or set PORT (for example PORT=5001) or HOST.",
                        failed);
            }
        }
        return failed;
    }

    private static void configure(
            JavalinConfig config,
            String host,
            int port,
            Optional<SslContextFactory.Server> tls,
            Dispatcher dispatcher) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.generateEtags = false;
        config.http.maxRequestSize = Dispatcher.BODY_BYTES_MAX + 1L;
        config.router.ignoreTrailingSlashes = true;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4, 30_000);
        threads.setName("tandem-http");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> prepare(server, dispatcher));
        config.jetty.addConnector((server, http) -> connector(server, http, host, port, tls));
        for (Endpoint endpoint : dispatcher.endpoints()) {
            route(config, endpoint.method(), endpoint.path(), context -> dispatcher.dispatch(endpoint, context));
            if (endpoint.method().equals("GET") && endpoint.timeLimited()) {
                route(config, "HEAD", endpoint.path(), context -> dispatcher.dispatch(endpoint, context));
            }
        }
        for (String method : METHODS) {
            route(config, method, "/", dispatcher::fallback);
            route(config, method, "/<path>", dispatcher::fallback);
        }
        config.routes.exception(Exception.class, dispatcher::failed);
        // Javalin's own answer to methods that nobody registered, such as TRACE.
        config.routes.error(404, "*", dispatcher::unregistered);
    }

    private static void route(JavalinConfig config, String method, String path, io.javalin.http.Handler handler) {
        HandlerType type = HandlerType.findOrCreate(method);
        config.routes.addEndpoint(new io.javalin.router.Endpoint(type, path, handler));
    }

    private static void prepare(Server server, Dispatcher dispatcher) {
        server.setStopAtShutdown(false);
        server.setStopTimeout(STOP_MILLIS);
        server.setErrorHandler((request, response, callback) -> dispatcher.rawError(request, response, callback));
    }

    private static ServerConnector connector(
            Server server, HttpConfiguration http, String host, int port, Optional<SslContextFactory.Server> tls) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        if (tls.isPresent()) {
            // Server names are not checked: devices are called by address as well.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = tls.map(factory ->
                        new ServerConnector(server, new SslConnectionFactory(factory, plain.getProtocol()), plain))
                .orElseGet(() -> new ServerConnector(server, plain));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setReuseAddress(true);
        // Half-open connections cost memory; those beyond wait in the operating system until others end.
        connector.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, connector));
        return connector;
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Where a browser on this machine finds it. */
    public String url() {
        String name = host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
        return (secure ? "https" : "http") + "://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port();
    }

    @Override
    public void close() {
        javalin.stop();
    }

    /**
     * Reads at most a body's worth of bytes and one more.
     *
     * @throws Refusal 408 when it comes too slowly, 400 when it breaks off
     */
    static byte[] body(InputStream in, int bytesMax, Duration timeMax) {
        long begin = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            while (body.size() <= bytesMax) {
                int count = in.read(buffer, 0, Math.min(buffer.length, bytesMax + 1 - body.size()));
                if (count < 0) {
                    return body.toByteArray();
                }
                body.write(buffer, 0, count);
                if (System.nanoTime() - begin > timeMax.toNanos()) {
                    throw tooSlow(timeMax);
                }
            }
            return body.toByteArray();
        } catch (IOException broken) {
            boolean late = System.nanoTime() - begin > timeMax.toNanos();
            throw late ? tooSlow(timeMax) : Refusal.of(400, "The body broke off before its end.");
        }
    }

    private static Refusal tooSlow(Duration timeMax) {
        return Refusal.of(
                408,
                "The body did not arrive within " + timeMax.toSeconds() + " seconds.",
                Map.of("Connection", "close"));
    }
}
