package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.agent.process.AgentUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with certificates that the JDK's own tool makes. */
class TlsTest {

    @TempDir
    private Path directory = Path.of("");

    private record Pair(Path certificate, Path key, KeyStore store) {}

    @Test
    void servesHttpsAndSaysThatItMustStaySo() throws Exception {
        Pair pair = pair("one", "RSA");
        try (AgentUnderTest agent = start(pair)) {
            HttpResponse<String> answer = get(agent, pair);

            assertThat(agent.url()).startsWith("https://");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isIn("TLSv1.2", "TLSv1.3");
        }
    }

    @Test
    void takesEllipticCurvesToo() throws Exception {
        Pair pair = pair("curve", "EC");
        try (AgentUnderTest agent = start(pair)) {
            assertThat(get(agent, pair).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRenewedCertificateIsTakenIntoUseAndABrokenOneIsNot() throws Exception {
        Pair first = pair("first", "RSA");
        Pair second = pair("second", "RSA");
        Path certificate = directory.resolve("live.crt");
        Path key = directory.resolve("live.key");
        Files.copy(first.certificate(), certificate);
        Files.copy(first.key(), key);
        Tls tls = Tls.load(certificate, key);
        tls.factory().start();
        try {
            Files.writeString(certificate, "nonsense");
            Files.setLastModifiedTime(certificate, FileTime.fromMillis(1_900_000_000_000L));
            tls.reloadIfChanged();
            assertThat(serial(tls)).isEqualTo(serial(first.store()));

            Files.writeString(certificate, Files.readString(second.certificate()));
            Files.writeString(key, Files.readString(second.key()));
            Files.setLastModifiedTime(certificate, FileTime.fromMillis(1_900_000_001_000L));
            tls.reloadIfChanged();
            assertThat(serial(tls)).isEqualTo(serial(second.store()));
        } finally {
            tls.factory().stop();
        }
    }

    @Test
    void whatCannotWorkIsRefusedAtTheStartWithTheFile() throws Exception {
        Pair one = pair("one", "RSA");
        Pair other = pair("other", "RSA");
        Pair curve = pair("curve", "EC");
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "no PEM at all");

        assertThatThrownBy(() -> Tls.load(one.certificate(), other.key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the key of the first certificate")
                .hasMessageContaining("other.key");
        assertThatThrownBy(() -> Tls.load(one.certificate(), curve.key()))
                .hasMessageContaining("is not the key of the first certificate");
        assertThatThrownBy(() -> Tls.load(nonsense, one.key())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tls.load(one.certificate(), nonsense)).hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> Tls.load(one.certificate(), directory.resolve("gone")))
                .hasMessageContaining("cannot be read");
    }

    private AgentUnderTest start(Pair pair) {
        return AgentUnderTest.start(
                directory.resolve("logs"),
                "TLS_CERT",
                pair.certificate().toString(),
                "TLS_KEY",
                pair.key().toString());
    }

    private static HttpResponse<String> get(AgentUnderTest agent, Pair pair) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        trusted.setCertificateEntry("agent", pair.store().getCertificate("tandem"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        HttpClient client = HttpClient.newBuilder().sslContext(context).build();
        return client.send(
                HttpRequest.newBuilder(URI.create(agent.url() + "/api/health")).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String serial(Tls tls) throws GeneralSecurityException {
        return serial(tls.factory().getKeyStore());
    }

    private static String serial(KeyStore store) throws GeneralSecurityException {
        return ((X509Certificate) store.getCertificate("tandem"))
                .getSerialNumber()
                .toString();
    }

    private Pair pair(String name, String algorithm) throws Exception {
        Path file = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "tandem",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "test-only"))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), "test-only".toCharArray());
        Certificate certificate = store.getCertificate("tandem");
        return new Pair(
                pem(name + ".crt", "CERTIFICATE", certificate.getEncoded()),
                pem(
                        name + ".key",
                        "PRIVATE KEY",
                        store.getKey("tandem", "test-only".toCharArray()).getEncoded()),
                store);
    }

    private Path pem(String name, String kind, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(name), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
