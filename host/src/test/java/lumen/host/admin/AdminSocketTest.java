package lumen.host.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminSocketTest {
    @TempDir
    private Path folder;

    private static AdminReply echo(AdminRequest request) {
        return new AdminReply(!request.command().equals("no"), request.arguments());
    }

    @Test
    void shouldCarryARequestAndItsReply() throws IOException {
        try (AdminServer server = new AdminServer(folder, AdminSocketTest::echo)) {
            AdminClient client = new AdminClient(folder);
            assertEquals(AdminReply.ok("ä", "b \"c\""), client.ask(new AdminRequest("yes", List.of("ä", "b \"c\""))));
            assertFalse(client.ask(new AdminRequest("no", List.of())).ok());
        }
        assertThrows(IOException.class, () -> new AdminClient(folder).ask(new AdminRequest("yes", List.of())));
    }

    @Test
    void shouldBeOpenToItsOwnerOnlyAndReplaceALeftSocket() throws IOException {
        Files.writeString(folder.resolve("admin.sock"), "left behind");
        try (AdminServer server = new AdminServer(folder, AdminSocketTest::echo)) {
            assertEquals(PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve("admin.sock")));
        }
    }

    @Test
    void shouldSurviveRubbishAndASilentPeer() throws IOException {
        try (AdminServer server = new AdminServer(folder, AdminSocketTest::echo);
                SocketChannel silent = SocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel rubbish = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("admin.sock"));
            silent.connect(address);
            rubbish.connect(address);
            rubbish.write(ByteBuffer.wrap("{\"command\":7}".getBytes()));
            rubbish.shutdownOutput();
            assertTrue(new AdminClient(folder).ask(new AdminRequest("yes", List.of())).ok());
        }
    }
}
