package io.tandem.embedded.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for {@code localhost} and {@code 127.0.0.1} made on the spot, for trials and tests of TLS. Never for production: its key
 * store is protected by a password that everyone can read here. Immutable; any thread.
 *
 * <p>The JDK has no public interface that signs certificates, so its own {@code keytool} is started as a process (about a second).
 */
public final class SelfSignedCertificate {

    private static final String ALIAS = "tandem";
    private static final String PASSWORD = "tandem-trial";
    private static final int KEYTOOL_SECONDS_MAX = 60;

    private final KeyStore keyStore;
    private final Path certificateFile;

    private SelfSignedCertificate(KeyStore keyStore, Path certificateFile) {
        this.keyStore = keyStore;
        this.certificateFile = certificateFile;
    }

    /**
     * Makes a key and a certificate that is valid for two days.
     *
     * @param directory an existing directory, for {@code tandem-trial.p12} and {@code tandem-trial.pem}; files of these names must not exist
     * @throws IOException when {@code keytool} cannot be started, fails, or the files cannot be read
     */
    public static SelfSignedCertificate create(Path directory) throws IOException {
        Path store = directory.resolve("tandem-trial.p12");
        Path certificate = directory.resolve("tandem-trial.pem");
        keytool(List.of(
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-dname",
                "CN=localhost, O=Tandem trial",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
                "-ext",
                "bc=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        keytool(List.of(
                "-exportcert",
                "-rfc",
                "-alias",
                ALIAS,
                "-file",
                certificate.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return new SelfSignedCertificate(keys, certificate);
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot read the key store that keytool wrote: " + store, e);
        }
    }

    /** The certificate in PEM form, for clients that want a file to trust (for example {@code --tlsCAFile}). */
    public Path certificateFile() {
        return certificateFile;
    }

    /** A context for a server that shows this certificate, and for a client that trusts this certificate and no other. */
    public SSLContext context() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore, PASSWORD.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, keyStore.getCertificate(ALIAS));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Cannot make a TLS context from the certificate just made.", e);
        }
    }

    private static void keytool(List<String> arguments) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(KEYTOOL_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("keytool did not end within " + KEYTOOL_SECONDS_MAX + " seconds");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while keytool was running", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    tool + " " + arguments.get(0) + " failed with exit code " + process.exitValue() + ": " + said);
        }
    }
}
