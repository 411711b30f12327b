package lumen.client.identity;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import java.util.regex.Pattern;
import lumen.client.ClientException;

/**
 * The folder with the client's key, its certificate and one pinned certificate for each paired host.
 * Files are written whole or not at all and only their owner can read them.
 */
public final class KeysFolder {
    private static final String KEY_FILE = "client-key.pem";
    private static final String CERTIFICATE_FILE = "client-cert.pem";
    private static final String HOSTS = "hosts";
    private static final String STAGE = "keys";
    /** A host's id becomes a file name, and the host is not trusted yet. */
    private static final Pattern HOST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    private final Path folder;

    /** @param folder need not exist yet */
    public KeysFolder(Path folder) {
        this.folder = folder;
    }

    /** Where the command line keeps its keys: {@code $XDG_STATE_HOME/lumen/client}. */
    public static KeysFolder userDefault() {
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(state);
        return new KeysFolder(base.resolve("lumen").resolve("client"));
    }

    public Path path() {
        return folder;
    }

    /**
     * The stored identity; made and stored first if there is none.
     *
     * @throws ClientException if files are unreadable, or key and certificate don't belong together
     */
    public ClientIdentity identity() {
        Path keyFile = folder.resolve(KEY_FILE);
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        try {
            if (!Files.exists(keyFile)) {
                ClientIdentity made = ClientIdentity.generate();
                write(certificateFile, new String(made.certificatePem(), StandardCharsets.US_ASCII));
                // The key last: it is what says that the pair is complete.
                write(keyFile, Pem.encode(Pem.PRIVATE_KEY, made.key().getEncoded()));
                return made;
            }
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(
                    Pem.decode(Pem.PRIVATE_KEY, Files.readString(keyFile, StandardCharsets.US_ASCII))));
            X509Certificate certificate = Pem.certificate(Files.readAllBytes(certificateFile));
            requirePair(certificate, key);
            return new ClientIdentity(certificate, key);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ClientException(STAGE, "identity in " + folder + " unusable: " + e, e);
        }
    }

    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        java.security.Signature signature = java.security.Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException(CERTIFICATE_FILE + " is not the certificate of " + KEY_FILE);
        }
    }

    /** The certificate pinned for a host, by the {@code uniqueid} it reports. */
    public Optional<X509Certificate> pinned(String hostId) {
        try {
            return Optional.of(Pem.certificate(Files.readAllBytes(hostFile(hostId))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new ClientException(STAGE, "pinned certificate of host " + hostId + " unusable: " + e, e);
        }
    }

    /** Pins a host's certificate; a former one is replaced. */
    public void pin(String hostId, X509Certificate certificate) {
        try {
            write(hostFile(hostId), Pem.encode(Pem.CERTIFICATE, certificate.getEncoded()));
        } catch (IOException | CertificateEncodingException e) {
            throw new ClientException(STAGE, "can't pin the certificate of host " + hostId + ": " + e, e);
        }
    }

    /** Forgets a host; nothing happens if it isn't pinned. */
    public void unpin(String hostId) {
        try {
            Files.deleteIfExists(hostFile(hostId));
        } catch (IOException e) {
            throw new ClientException(STAGE, "can't forget host " + hostId + ": " + e, e);
        }
    }

    private Path hostFile(String hostId) {
        if (!HOST_ID.matcher(hostId).matches()) {
            throw new ClientException(STAGE, "host id of " + hostId.length()
                    + " characters, allowed: 1 to 64 letters, digits and dashes");
        }
        return folder.resolve(HOSTS).resolve(hostId + ".pem");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path temporary = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
