package io.tandem.embedded.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedCertificateTest {

    @TempDir
    private Path directory = Path.of("unset");

    @Test
    void aClientThatTrustsItConnectsAndChecksTheName() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create(directory);

        assertThat(handshake(certificate.context(), certificate.context())).isEqualTo(42);
        assertThat(Files.readString(certificate.certificateFile())).startsWith("-----BEGIN CERTIFICATE-----");
    }

    @Test
    void aClientThatTrustsOnlyTheUsualAuthoritiesRefusesIt() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create(directory);

        assertThatThrownBy(() -> handshake(certificate.context(), SSLContext.getDefault()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void saysWhatKeytoolSaidWhenItFails() {
        assertThatThrownBy(() -> SelfSignedCertificate.create(directory.resolve("missing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keytool")
                .hasMessageContaining("missing");
    }

    private static int handshake(SSLContext server, SSLContext client) throws IOException {
        try (SSLServerSocket listener = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.getOutputStream().write(42);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listener.getLocalPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                int read = socket.getInputStream().read();
                served.join();
                return read;
            }
        }
    }
}
