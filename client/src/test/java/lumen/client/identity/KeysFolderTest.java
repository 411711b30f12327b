package lumen.client.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.RSAPublicKey;
import java.util.stream.Stream;
import lumen.client.ClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysFolderTest {
    @TempDir
    Path folder;

    @Test
    void shouldMakeTheIdentityThatHostsExpect() throws Exception {
        ClientIdentity identity = ClientIdentity.generate();
        assertEquals("CN=NVIDIA GameStream Client", identity.certificate().getSubjectX500Principal().getName());
        assertEquals(2048, ((RSAPublicKey) identity.certificate().getPublicKey()).getModulus().bitLength());
        assertEquals("SHA256withRSA", identity.certificate().getSigAlgName());
        assertTrue(identity.certificate().getSerialNumber().signum() > 0);
        identity.certificate().verify(identity.certificate().getPublicKey());
        identity.certificate().checkValidity();
        assertEquals(identity.certificate(), Pem.certificate(identity.certificatePem()));
    }

    @Test
    void shouldKeepTheIdentityAndLetNobodyElseReadIt() throws Exception {
        KeysFolder keys = new KeysFolder(folder.resolve("a").resolve("b"));
        ClientIdentity made = keys.identity();
        assertEquals(made, new KeysFolder(keys.path()).identity());
        keys.pin("host-1", made.certificate());
        try (Stream<Path> files = Files.walk(keys.path())) {
            for (Path file : files.toList()) {
                assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
                assertFalse(file.toString().endsWith(".new"), file.toString());
            }
        }
    }

    @Test
    void shouldRefuseACertificateThatIsNotTheKeys() throws Exception {
        KeysFolder keys = new KeysFolder(folder);
        keys.identity();
        Files.write(folder.resolve("client-cert.pem"), ClientIdentity.generate().certificatePem());
        assertThrows(ClientException.class, keys::identity);
    }

    @Test
    void shouldPinAndForgetHosts() {
        KeysFolder keys = new KeysFolder(folder);
        ClientIdentity host = ClientIdentity.generate();
        assertTrue(keys.pinned("ABC-1").isEmpty());
        keys.pin("ABC-1", host.certificate());
        assertEquals(host.certificate(), keys.pinned("ABC-1").orElseThrow());
        keys.unpin("ABC-1");
        assertTrue(keys.pinned("ABC-1").isEmpty());
        keys.unpin("ABC-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../evil", "a/b", ".", "-x", "a b", "a\0b",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void shouldNotLetAHostChooseTheFile(String id) {
        assertThrows(ClientException.class, () -> new KeysFolder(folder).pinned(id));
    }
}
