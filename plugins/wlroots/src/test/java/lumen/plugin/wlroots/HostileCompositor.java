package lumen.plugin.wlroots;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import lumen.posix.Fd;
import lumen.posix.UnixSocket;
import lumen.wayland.ExtCaptureProtocol;
import lumen.wayland.WaylandProtocol;

/** The other end of a Wayland connection: learns from requests which ids are whose, and says what a test wants said. */
final class HostileCompositor implements AutoCloseable {
    private static final int REGISTRY = 2;
    private static final int FIRST_CALLBACK = 3;

    int session;
    /** 0: none. */
    int frame;
    /** Frame objects the client has destroyed and still waits for. */
    final List<Integer> destroyed = new ArrayList<>();
    private final UnixSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(1 << 16, 8);
    private int sources;
    private int manager;

    HostileCompositor(UnixSocket socket) {
        this.socket = socket;
        List<String> globals = List.of(WaylandProtocol.SHM.name(), ExtCaptureProtocol.OUTPUT_SOURCE_MANAGER.name(),
                ExtCaptureProtocol.MANAGER.name(), WaylandProtocol.OUTPUT.name());
        for (int i = 0; i < globals.size(); i++) {
            global(i + 1, globals.get(i));
        }
        event(FIRST_CALLBACK, 0, 0);
        event(1, 1, FIRST_CALLBACK);
    }

    private void global(int number, String type) {
        int padded = type.length() + 1 + 3 & ~3;
        bytes.asSlice(0, 20 + padded + 4).fill((byte) 0);
        bytes.set(ValueLayout.JAVA_INT, 0, REGISTRY);
        bytes.set(ValueLayout.JAVA_INT, 4, 20 + padded << 16);
        bytes.set(ValueLayout.JAVA_INT, 8, number);
        bytes.set(ValueLayout.JAVA_INT, 12, type.length() + 1);
        for (int i = 0; i < type.length(); i++) {
            bytes.set(ValueLayout.JAVA_BYTE, 16 + i, (byte) type.charAt(i));
        }
        bytes.set(ValueLayout.JAVA_INT, 16 + padded, 1);
        socket.send(bytes, 0, 20 + padded, new int[0], 0);
    }

    /** An event whose arguments are words. */
    void event(int object, int opcode, int... arguments) {
        int length = 8 + 4 * arguments.length;
        bytes.set(ValueLayout.JAVA_INT, 0, object);
        bytes.set(ValueLayout.JAVA_INT, 4, length << 16 | opcode);
        for (int i = 0; i < arguments.length; i++) {
            bytes.set(ValueLayout.JAVA_INT, 8 + 4L * i, arguments[i]);
        }
        socket.send(bytes, 0, length, new int[0], 0);
    }

    /** Takes in what the client has asked for. */
    void read() {
        int[] fds = new int[2 * UnixSocket.MAX_FDS];
        for (int n = socket.receive(bytes, 0, bytes.byteSize(), fds, 0); n > 0;
                n = socket.receive(bytes, 0, bytes.byteSize(), fds, 0)) {
            for (int i = 0; i < socket.receivedFds(); i++) {
                Fd.own(fds[i]).close();
            }
            for (int at = 0; at < n; at += bytes.get(ValueLayout.JAVA_INT, at + 4L) >>> 16) {
                request(at);
            }
        }
    }

    private void request(int at) {
        int object = bytes.get(ValueLayout.JAVA_INT, at);
        int opcode = bytes.get(ValueLayout.JAVA_INT, at + 4L) & 0xffff;
        if (object == REGISTRY) {
            String type = bytes.getString(at + 16L);
            int padded = bytes.get(ValueLayout.JAVA_INT, at + 12L) + 3 & ~3;
            int id = bytes.get(ValueLayout.JAVA_INT, at + 16L + padded + 4);
            sources = type.equals(ExtCaptureProtocol.OUTPUT_SOURCE_MANAGER.name()) ? id : sources;
            manager = type.equals(ExtCaptureProtocol.MANAGER.name()) ? id : manager;
        } else if (object == manager && opcode == ExtCaptureProtocol.MANAGER_CREATE_SESSION) {
            session = bytes.get(ValueLayout.JAVA_INT, at + 8L);
        } else if (object == session && opcode == ExtCaptureProtocol.SESSION_CREATE_FRAME) {
            frame = bytes.get(ValueLayout.JAVA_INT, at + 8L);
        } else if (object == frame && opcode == ExtCaptureProtocol.FRAME_DESTROY) {
            destroyed.add(frame);
            frame = 0;
        }
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
