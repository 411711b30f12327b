package lumen.wayland;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import lumen.posix.EventFd;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * A client's connection to a compositor. Used by one thread at a time, {@link #wakeUp} aside. Dispatching
 * and writing allocate nothing once warm. After a {@link WaylandException} only {@link #close} is of use.
 */
public final class WaylandConnection implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    /** Twice the longest message: one whole and the beginning of the next. */
    private static final int CAPACITY = 4 * Request.MAX_MESSAGE;
    /** A compositor that takes no bytes for so long is stuck. */
    private static final Duration WRITE_DEADLINE = Duration.ofSeconds(5);

    private final UnixSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment in = arena.allocate(CAPACITY, 8);
    private final MemorySegment out = arena.allocate(CAPACITY, 8);
    private final PollSet poll = new PollSet(2);
    private final EventFd wake = new EventFd();
    private final FdQueue descriptors = new FdQueue();
    private final ObjectTable objects = new ObjectTable();
    private final EventArguments arguments = new EventArguments(descriptors);
    private final Request request = new Request(this, out);
    private final Proxy display;
    private int inStart;
    private int inEnd;
    private int outEnd;
    private boolean closed;

    /** Takes over a connected socket. */
    public WaylandConnection(UnixSocket socket) {
        this.socket = socket;
        this.display = new Proxy(this, WaylandProtocol.DISPLAY, 1, this::displayEvent);
        objects.add(display);
    }

    /**
     * Connects to a compositor's socket.
     *
     * @throws WaylandException if nobody listens there
     */
    public static WaylandConnection connect(Path path) {
        try {
            return new WaylandConnection(UnixSocket.connect(path));
        } catch (PosixException e) {
            throw new WaylandException("no Wayland compositor at " + path + ": " + e.getMessage(), e);
        }
    }

    /** {@code wl_display}. */
    public Proxy display() {
        return display;
    }

    Request begin(Proxy target, int opcode) {
        if (CAPACITY - outEnd < Request.MAX_MESSAGE) {
            flush();
        }
        request.begin(target, opcode, outEnd);
        return request;
    }

    void sent(int end, int[] fds, int fdCount) {
        if (fdCount > 0) {
            // What was written before goes first and alone: descriptors travel with the first byte sent.
            int begin = outEnd;
            writeOut(0, begin, fds, 0);
            writeOut(begin, end, fds, fdCount);
            outEnd = 0;
        } else {
            outEnd = end;
        }
    }

    /** Makes a free proxy a live object with an id of its own. */
    public void renew(Proxy object) {
        if (!object.free()) {
            throw new IllegalStateException(object + " is in use");
        }
        objects.add(object);
    }

    /** Takes in an object that the compositor has made in an event. */
    public Proxy adopt(int id, Interface type, int version, EventHandler handler) {
        Proxy object = new Proxy(this, type, version, handler);
        objects.addServer(object, id);
        return object;
    }

    Proxy newProxy(Interface type, int version, EventHandler handler) {
        Proxy object = new Proxy(this, type, version, handler);
        objects.add(object);
        return object;
    }

    void retire(Proxy object) {
        object.state = Proxy.State.ZOMBIE;
    }

    /** Sends everything written. Blocks while the compositor's socket is full, five seconds at most. */
    public void flush() {
        writeOut(0, outEnd, null, 0);
        outEnd = 0;
    }

    private void writeOut(int from, int to, int[] fds, int fdCount) {
        int at = from;
        int count = fdCount;
        long deadline = 0;
        while (at < to) {
            int n;
            try {
                n = socket.send(out, at, to - at, fds, count);
            } catch (PosixException e) {
                throw lost(e);
            }
            if (n == UnixSocket.WOULD_BLOCK) {
                long now = System.nanoTime();
                deadline = deadline == 0 ? now + WRITE_DEADLINE.toNanos() : deadline;
                if (now - deadline >= 0) {
                    throw new WaylandException("the compositor has not read for " + WRITE_DEADLINE.toSeconds() + " s");
                }
                poll.set(0, socket.fd(), PollSet.OUT);
                poll.set(1, -1, 0);
                poll.await(100);
                continue;
            }
            at += n;
            count = 0;
        }
    }

    /** The last thing a compositor says may be why it hung up: read it before the broken pipe is reported. */
    private WaylandException lost(PosixException cause) {
        while (fill() > 0) {
            dispatchBuffered();
        }
        return new WaylandException("the compositor has closed the connection", cause);
    }

    /**
     * Flushes, waits for events, {@link #wakeUp} or the timeout, and dispatches what has come.
     *
     * @param timeoutMillis 0: don't wait, negative: for ever
     * @return true if events were dispatched
     */
    public boolean dispatch(int timeoutMillis) {
        flush();
        poll.set(0, socket.fd(), PollSet.IN);
        poll.set(1, wake.fd(), PollSet.IN);
        if (poll.await(timeoutMillis) == 0) {
            return false;
        }
        if (poll.happened(1) != 0) {
            wake.drain();
        }
        if (poll.happened(0) == 0) {
            return false;
        }
        int n = fill();
        if (n == 0) {
            throw new WaylandException("the compositor has closed the connection");
        }
        dispatchBuffered();
        return n > 0;
    }

    /** Bytes read, 0 at the end of the stream, negative if there is nothing now. */
    private int fill() {
        if (inStart > 0) {
            MemorySegment.copy(in, inStart, in, 0, inEnd - inStart);
            inEnd -= inStart;
            inStart = 0;
        }
        if (!descriptors.hasRoomForRead()) {
            throw new WaylandException("the compositor sent " + descriptors.size() + " file descriptors that belong to nothing");
        }
        int n;
        try {
            n = socket.receive(in, inEnd, CAPACITY - inEnd, descriptors.store(), descriptors.size());
        } catch (PosixException e) {
            descriptors.added(socket.receivedFds());
            throw new WaylandException("the compositor has closed the connection", e);
        }
        descriptors.added(socket.receivedFds());
        if (n > 0) {
            inEnd += n;
        }
        return n;
    }

    private void dispatchBuffered() {
        while (inEnd - inStart >= 8) {
            int id = in.get(INT, inStart);
            int word = in.get(INT, inStart + 4L);
            int size = word >>> 16;
            int opcode = word & 0xffff;
            if (size < 8 || (size & 3) != 0 || size > Request.MAX_MESSAGE) {
                throw new WaylandException("malformed event: size " + size);
            }
            if (inEnd - inStart < size) {
                return;
            }
            long body = inStart + 8L;
            inStart += size;
            dispatchOne(id, opcode, body, size - 8);
        }
    }

    private void dispatchOne(int id, int opcode, long body, int length) {
        Proxy object = objects.get(id);
        if (object == null) {
            throw new WaylandException("event for object " + Integer.toUnsignedString(id) + ", which does not exist");
        }
        Interface.Message event = object.type().event(opcode);
        if (event == null) {
            throw new WaylandException("event " + opcode + " of " + object + ", which has " + object.type().eventCount());
        }
        arguments.check(object, event, in, body, length);
        try {
            if (object.live()) {
                object.handler().event(object, opcode, arguments);
            }
        } finally {
            arguments.finish();
        }
    }

    private void displayEvent(Proxy self, int opcode, EventArguments event) {
        if (opcode == WaylandProtocol.DISPLAY_ERROR) {
            int id = event.object();
            int code = event.u32();
            String message = event.string();
            Proxy object = objects.get(id);
            throw new WaylandErrorException(object == null ? "object " + Integer.toUnsignedString(id) : object.toString(), code,
                    message);
        }
        int id = event.u32();
        if (id == display.id || !objects.deleted(id)) {
            throw new WaylandException("delete_id of object " + Integer.toUnsignedString(id));
        }
    }

    /**
     * Waits until the compositor has handled everything sent so far.
     *
     * @throws WaylandException also if that takes longer than {@code limit}
     */
    public void roundTrip(Duration limit) {
        boolean[] done = new boolean[1];
        display.request(WaylandProtocol.DISPLAY_SYNC)
                .newId(display.child(WaylandProtocol.CALLBACK, (o, opcode, a) -> done[0] = true)).send();
        long deadline = System.nanoTime() + limit.toNanos();
        while (!done[0]) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new WaylandException("no answer from the compositor within " + limit.toMillis() + " ms");
            }
            dispatch((int) Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, 1000));
        }
    }

    /** Ends a waiting {@link #dispatch}. Any thread, also after {@link #close}. */
    public void wakeUp() {
        wake.signal();
    }

    /** Hangs up: the compositor drops every object of this client. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            socket.close();
            descriptors.closeAll();
            wake.close();
            poll.close();
            arena.close();
        }
    }
}
