package lumen.plugin.wlroots;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;

/**
 * sway's IPC, sway-ipc(7): {@code "i3-ipc"}, length and type as native 32-bit words, then the payload;
 * answers are JSON. One request at a time, on one thread.
 */
final class SwayIpc implements AutoCloseable {
    private static final byte[] MAGIC = "i3-ipc".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 14;
    private static final int LENGTH = 6;
    private static final int TYPE = 10;
    private static final int RUN_COMMAND = 0;
    private static final int GET_OUTPUTS = 3;
    /** Answers are a few KiB; more is not sway. */
    private static final int MAX_REPLY = 4 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final UnixSocket socket;
    private final PollSet poll = new PollSet(1);
    private boolean ended;

    /**
     * An output as sway reports it.
     *
     * @param width  pixels of its mode
     * @param height pixels of its mode
     * @param x      left edge in the layout, in logical units
     * @param y      top edge
     */
    record OutputState(String name, boolean active, boolean focused, int width, int height, int refreshMilliHz, double scale,
                       int x, int y) {
    }

    private SwayIpc(UnixSocket socket) {
        this.socket = socket;
    }

    /** @throws PosixException if nobody listens there */
    static SwayIpc connect(Path path) {
        return new SwayIpc(UnixSocket.connect(path));
    }

    /** @throws BackendException with sway's own words if it refuses */
    void command(String command) {
        if (!(call(RUN_COMMAND, command) instanceof List<?> results)) {
            throw new BackendException("sway answered \"" + command + "\" with something else than a list");
        }
        for (Object result : results) {
            if (result instanceof Map<?, ?> map && !Boolean.TRUE.equals(map.get("success"))) {
                throw new BackendException("sway refused \"" + command + "\": " + map.get("error"));
            }
        }
    }

    List<OutputState> outputs() {
        List<OutputState> outputs = new ArrayList<>();
        if (call(GET_OUTPUTS, "") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> output && output.get("name") instanceof String name) {
                    Map<?, ?> mode = output.get("current_mode") instanceof Map<?, ?> m ? m : Map.of();
                    Map<?, ?> place = output.get("rect") instanceof Map<?, ?> m ? m : Map.of();
                    outputs.add(new OutputState(name, Boolean.TRUE.equals(output.get("active")),
                            Boolean.TRUE.equals(output.get("focused")), number(mode.get("width")), number(mode.get("height")),
                            number(mode.get("refresh")), output.get("scale") instanceof Number scale ? scale.doubleValue() : 1,
                            number(place.get("x")), number(place.get("y"))));
                }
            }
        }
        return outputs;
    }

    private static int number(Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }

    private Object call(int type, String payload) {
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(HEADER + text.length);
            MemorySegment.copy(MAGIC, 0, message, ValueLayout.JAVA_BYTE, 0, MAGIC.length);
            message.set(INT, LENGTH, text.length);
            message.set(INT, TYPE, type);
            MemorySegment.copy(text, 0, message, ValueLayout.JAVA_BYTE, HEADER, text.length);
            transfer(message, true, deadline);
            MemorySegment header = arena.allocate(HEADER);
            transfer(header, false, deadline);
            int length = header.get(INT, LENGTH);
            if (header.asSlice(0, MAGIC.length).mismatch(message.asSlice(0, MAGIC.length)) != -1
                    || header.get(INT, TYPE) != type || length < 0 || length > MAX_REPLY) {
                throw new BackendException("malformed answer on sway's IPC socket");
            }
            MemorySegment body = arena.allocate(Math.max(1, length));
            transfer(body.asSlice(0, length), false, deadline);
            return JSON.std.anyFrom(body.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        } catch (IOException e) {
            throw new BackendException("sway's IPC answer is no JSON: " + e.getMessage(), e);
        } catch (PosixException e) {
            ended = true;
            throw new BackendException("sway's IPC has gone: " + e.getMessage(), e);
        }
    }

    private void transfer(MemorySegment bytes, boolean out, long deadline) {
        int[] fds = new int[UnixSocket.MAX_FDS];
        long at = 0;
        while (at < bytes.byteSize()) {
            int n = out ? socket.send(bytes, at, bytes.byteSize() - at, fds, 0)
                    : socket.receive(bytes, at, bytes.byteSize() - at, fds, 0);
            if (n > 0) {
                at += n;
            } else if (n == 0) {
                ended = true;
                throw new BackendException("sway has closed its IPC");
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new BackendException("sway's IPC has not answered within " + LIMIT.toSeconds() + " s");
                }
                poll.set(0, socket.fd(), out ? PollSet.OUT : PollSet.IN);
                poll.await((int) (left / 1_000_000) + 1);
            }
        }
    }

    /** True once sway has been found to have closed the connection, most likely by ending. */
    boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        socket.close();
        poll.close();
    }
}
