package lumen.wayland;

import static lumen.wayland.WaylandConnectionTest.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a compositor of a few lines: a registry with one global, or none. */
class RenderDeviceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long CARD = 226 << 8 | 128;
    private static final int DISPLAY = 1;
    private static final int SYNC = 0;
    private static final int GET_REGISTRY = 1;
    private static final int GET_DEFAULT_FEEDBACK = 2;
    private static final int MAIN_DEVICE = 2;

    @TempDir
    private Path folder;

    private static Function<String, Optional<String>> environment(Map<String, String> variables) {
        return name -> Optional.ofNullable(variables.get(name));
    }

    private static ByteBuffer read(SocketChannel client, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            if (client.read(buffer) < 0) {
                return null;
            }
        }
        return buffer.flip();
    }

    /** Serves one client until it hangs up. */
    private static void serve(ServerSocketChannel server, int dmabufVersion) {
        int registry = 0;
        int dmabuf = 0;
        try (SocketChannel client = server.accept()) {
            for (ByteBuffer head = read(client, 8); head != null; head = read(client, 8)) {
                int object = head.getInt();
                int sizeAndOpcode = head.getInt();
                int opcode = sizeAndOpcode & 0xffff;
                ByteBuffer body = read(client, (sizeAndOpcode >>> 16) - 8);
                if (object == DISPLAY && opcode == GET_REGISTRY) {
                    registry = body.getInt();
                    if (dmabufVersion > 0) {
                        client.write(ByteBuffer.wrap(message(registry, 0, 7, "zwp_linux_dmabuf_v1", dmabufVersion)));
                    }
                } else if (object == DISPLAY && opcode == SYNC) {
                    client.write(ByteBuffer.wrap(message(body.getInt(), 0, 0)));
                } else if (object == registry) {
                    dmabuf = body.getInt(body.limit() - 4);
                } else if (object == dmabuf && opcode == GET_DEFAULT_FEEDBACK) {
                    client.write(ByteBuffer.wrap(message(body.getInt(), MAIN_DEVICE, 8, (int) CARD, (int) (CARD >>> 32))));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private OptionalLong ask(int dmabufVersion, String display) throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("wayland-7")));
            Thread compositor = Thread.ofPlatform().start(() -> serve(server, dmabufVersion));
            OptionalLong device = RenderDevice.ofSession(
                    environment(Map.of("WAYLAND_DISPLAY", display, "XDG_RUNTIME_DIR", folder.toString())), LIMIT);
            assertTrue(compositor.join(LIMIT), "the connection stays open");
            return device;
        }
    }

    @Test
    void shouldAskTheSessionsCompositorForItsDevice() throws Exception {
        assertEquals(OptionalLong.of(CARD), ask(4, "wayland-7"));
    }

    @Test
    void shouldTakeAPathAsItIs() throws Exception {
        assertEquals(OptionalLong.of(CARD), ask(5, folder.resolve("wayland-7").toString()));
    }

    @Test
    void shouldKnowNoDeviceOfACompositorThatSharesNoBuffers() throws Exception {
        assertEquals(OptionalLong.empty(), ask(0, "wayland-7"));
    }

    @Test
    void shouldKnowNoDeviceOfAnOldCompositor() throws Exception {
        assertEquals(OptionalLong.empty(), ask(3, "wayland-7"));
    }

    @Test
    void shouldKnowNoDeviceWithoutACompositor() {
        assertEquals(OptionalLong.empty(), RenderDevice.ofSession(environment(Map.of()), LIMIT));
        assertEquals(OptionalLong.empty(), RenderDevice.ofSession(environment(Map.of("WAYLAND_DISPLAY", "wayland-7")), LIMIT));
        assertEquals(OptionalLong.empty(), RenderDevice.ofSession(
                environment(Map.of("WAYLAND_DISPLAY", "wayland-7", "XDG_RUNTIME_DIR", folder.toString())), LIMIT));
    }
}
