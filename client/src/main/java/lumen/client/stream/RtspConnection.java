package lumen.client.stream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Carries RTSP messages, one TCP connection each (control-plane.md 6.1): what is sent goes out at once,
 * the answer ends where the host closes.
 */
final class RtspConnection {
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int SILENCE_MILLIS = 15_000;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 500;

    private final InetSocketAddress host;

    RtspConnection(InetSocketAddress host) {
        this.host = host;
    }

    /** Sends a request and returns everything the host sends until it closes. */
    byte[] exchange(byte[] request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            byte[] answer = in.readNBytes(LONGEST_ANSWER + 1);
            if (answer.length > LONGEST_ANSWER) {
                throw new IOException("answer of more than " + LONGEST_ANSWER + " bytes");
            }
            return answer;
        }
    }

    /** A host that has just answered the launch may not listen yet, so refusals are tried again. */
    private Socket connect() throws IOException {
        long deadline = System.nanoTime() + CONNECT.toNanos();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(host, (int) CONNECT.toMillis());
                return socket;
            } catch (ConnectException e) {
                socket.close();
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                pause();
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
