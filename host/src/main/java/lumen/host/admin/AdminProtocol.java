package lumen.host.admin;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One JSON object and end of stream in each direction. */
final class AdminProtocol {
    /** More than any request or reply needs; a peer that sends more is refused. */
    private static final int MAX_BYTES = 1 << 20;

    private AdminProtocol() {
    }

    static Path socket(Path runtimeDirectory) {
        return runtimeDirectory.resolve("admin.sock");
    }

    static void send(SocketChannel channel, Map<String, Object> object) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(JSON.std.asString(object).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.shutdownOutput();
    }

    static Map<String, Object> receive(SocketChannel channel) throws IOException {
        byte[] bytes = Channels.newInputStream(channel).readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("message of more than " + MAX_BYTES + " bytes");
        }
        return JSON.std.mapFrom(bytes);
    }

    static List<String> strings(Object value) throws IOException {
        if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            throw new IOException("not a list of texts");
        }
        return list.stream().map(String.class::cast).toList();
    }
}
