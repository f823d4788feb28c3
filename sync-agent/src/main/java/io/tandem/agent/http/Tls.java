package io.tandem.agent.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTPS from PEM files, which are read again when they change. One thread at a time asks {@link #reloadIfChanged}. */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** {@code SEQUENCE(version 0, SEQUENCE(rsaEncryption, NULL), OCTET STRING(...))} around a PKCS#1 key makes it PKCS#8. */
    private static final byte[] RSA_PREFIX = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private final Path certificate;
    private final Path key;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private FileTime seen;

    private Tls(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.seen = newest();
    }

    /** @throws IllegalArgumentException saying which file is wrong and how it must look */
    public static Tls load(Path certificate, Path key) {
        try {
            Tls tls = new Tls(certificate, key);
            tls.factory.setKeyStore(tls.keyStore());
            tls.factory.setKeyStorePassword("");
            tls.factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
            return tls;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "TLS_CERT or TLS_KEY cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Takes a renewed certificate into use; a broken one is reported and the old one stays. */
    public void reloadIfChanged() {
        try {
            FileTime now = newest();
            if (!now.equals(seen)) {
                seen = now;
                KeyStore renewed = keyStore();
                factory.reload(ssl -> ssl.setKeyStore(renewed));
                LOG.info("The TLS certificate {} was renewed", certificate);
            }
        } catch (Exception broken) { // Jetty's reload declares no narrower type
            LOG.error(
                    "The renewed TLS certificate {} is not usable; the one before stays in use: {}",
                    certificate,
                    broken.toString());
        }
    }

    private FileTime newest() throws IOException {
        FileTime one = Files.getLastModifiedTime(certificate);
        FileTime other = Files.getLastModifiedTime(key);
        return one.compareTo(other) > 0 ? one : other;
    }

    private KeyStore keyStore() throws IOException {
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            List<? extends Certificate> chain =
                    List.copyOf(x509.generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificate))));
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("TLS_CERT " + certificate + " holds no certificate in PEM form");
            }
            PrivateKey ownKey = privateKey();
            checkPair(chain.get(0), ownKey);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry("tandem", ownKey, new char[0], chain.toArray(new Certificate[0]));
            return store;
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException(
                    "TLS_CERT " + certificate + " and TLS_KEY " + key + " are not a usable pair: "
                            + malformed.getMessage(),
                    malformed);
        }
    }

    /** A key store takes any key with any certificate; callers would then see nothing but failed handshakes. */
    private void checkPair(Certificate own, PrivateKey ownKey) throws GeneralSecurityException {
        String algorithm = switch (ownKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        byte[] probe = "tandem".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(ownKey);
        signature.update(probe);
        byte[] signed = signature.sign();
        boolean fits = own.getPublicKey().getAlgorithm().equals(ownKey.getAlgorithm());
        if (fits) {
            signature.initVerify(own.getPublicKey());
            signature.update(probe);
            fits = signature.verify(signed);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "TLS_KEY " + key + " is not the key of the first certificate in TLS_CERT " + certificate
                            + ". The device's own certificate must come first, then the chain");
        }
        warnIfOutdated(own);
    }

    private void warnIfOutdated(Certificate own) {
        if (own instanceof X509Certificate x509) {
            try {
                x509.checkValidity();
            } catch (CertificateExpiredException | CertificateNotYetValidException outdated) {
                LOG.warn(
                        "The TLS certificate {} is valid from {} to {} only; callers will refuse it",
                        certificate,
                        x509.getNotBefore().toInstant(),
                        x509.getNotAfter().toInstant());
            }
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        Matcher block = BLOCK.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        while (block.find()) {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            if (block.group(1).equals("PRIVATE KEY")) {
                return pkcs8(der);
            }
            if (block.group(1).equals("RSA PRIVATE KEY")) {
                return pkcs8(wrapped(der));
            }
        }
        throw new IllegalArgumentException("TLS_KEY " + key + " holds no unencrypted private key in PKCS#8 form."
                + " Convert it: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException other) {
                LOG.trace("The key is not {}", algorithm, other);
            }
        }
        throw new IllegalArgumentException("TLS_KEY is neither an RSA, EC nor Ed25519 key");
    }

    private static byte[] wrapped(byte[] pkcs1) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(RSA_PREFIX);
        content.writeBytes(tagged(0x04, pkcs1));
        return tagged(0x30, content.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
