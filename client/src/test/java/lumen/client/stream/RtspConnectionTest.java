package lumen.client.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RtspConnectionTest {
    private interface Host {
        void answer(Socket client) throws IOException;
    }

    /** A host for one connection. */
    private static CompletableFuture<Void> serve(ServerSocket listener, Host host) {
        return CompletableFuture.runAsync(() -> {
            try (Socket client = listener.accept()) {
                host.answer(client);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, RtspConnectionTest::inThread);
    }

    /** A thread each: the tasks block on each other. */
    private static void inThread(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static ServerSocket listener(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    @Test
    void shouldReadUntilTheHostClosesWhateverLengthItStates() throws Exception {
        byte[] request = "PLAY".getBytes(StandardCharsets.US_ASCII);
        byte[] answer = "RTSP/1.0 200 OK\r\nContent-length: 1\r\n\r\nmuch more".getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket listener = listener(0)) {
            CompletableFuture<Void> host = serve(listener, client -> {
                assertArrayEquals(request, client.getInputStream().readNBytes(request.length));
                client.getOutputStream().write(answer, 0, 10);
                client.getOutputStream().flush();
                client.getOutputStream().write(answer, 10, answer.length - 10);
            });
            assertArrayEquals(answer, new RtspConnection((InetSocketAddress) listener.getLocalSocketAddress())
                    .exchange(request));
            host.join();
        }
    }

    @Test
    void shouldTryAgainWhileTheHostDoesNotListenYet() throws Exception {
        int port;
        try (ServerSocket probe = listener(0)) {
            port = probe.getLocalPort();
        }
        CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return new RtspConnection(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .exchange(new byte[] {1});
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, RtspConnectionTest::inThread);
        // The first attempt has been refused or comes later; both end well.
        try (ServerSocket late = listener(port)) {
            serve(late, client -> {
                client.getInputStream().read();
                client.getOutputStream().write(7);
            }).join();
            assertEquals(7, answer.join()[0]);
        }
    }

    @Test
    void shouldNotReadAnEndlessAnswer() throws Exception {
        try (ServerSocket listener = listener(0)) {
            serve(listener, client -> {
                byte[] much = new byte[1 << 16];
                for (int i = 0; i < 64; i++) {
                    client.getOutputStream().write(much);
                }
            });
            assertThrows(IOException.class, () -> new RtspConnection(
                    (InetSocketAddress) listener.getLocalSocketAddress()).exchange(new byte[] {1}));
        }
    }
}
