package lumen.ei;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * A sender's connection to an emulated-input server. Thread-safe. Its own thread, {@code lumen-ei}, keeps the devices
 * current; requests never block. What a device does not take, being paused or stuck, is lost and counted, but for
 * releases: if one can't be kept, the connection fails, and the server lets go of everything. Moves become one while the
 * server is behind.
 *
 * <p>Each event is a frame of its own, since servers take what is within one frame as simultaneous; all leave together at
 * {@link #flush()}.
 */
public final class EiConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lumen.ei");
    private static final int READ_SIZE = 16 * 1024;
    /** Keymaps that may wait for their events. */
    private static final int MAX_FDS = 2 * UnixSocket.MAX_FDS;
    /**
     * Unread bytes, with the kernel's own, from which on moves wait and become one: about forty events. gamescope ends a
     * program that does not keep up with some four hundred (seen in 3.16.24), as would follow a second's hang.
     */
    private static final int BEHIND = 32 * 1024;
    private static final int LOOK_AGAIN_MILLIS = 5;
    /** Header, {@code last_serial}, {@code timestamp}. */
    private static final int FRAME_SIZE = RequestQueue.HEADER + 12;

    private final UnixSocket socket;
    private final EventFd wake = new EventFd();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(READ_SIZE, 8);
    private final int[] receivedFds = new int[UnixSocket.MAX_FDS];
    private final int[] noFds = new int[0];
    private final ArrayDeque<Fd> fds = new ArrayDeque<>();
    private final RequestQueue requests = new RequestQueue();
    private final EventFraming framing = new EventFraming();
    private final RequestQueue.Sender sender = this::send;
    private final EiContext context;
    private final Runnable lost;
    private Thread reader;
    /** The kernel holds as much as it can. */
    private boolean blocked;
    /** Whose moves wait, if any. */
    private EiDevice moving;
    private boolean movingTo;
    private float moveX;
    private float moveY;
    private long dropped;
    private Optional<String> failure = Optional.empty();
    private boolean closing;

    private EiConnection(UnixSocket socket, String name, Set<EiInterface> wanted, Runnable lost) {
        this.socket = socket;
        this.lost = lost;
        context = new EiContext(this, name, wanted, requests, fds);
    }

    /**
     * Starts talking to a server.
     *
     * @param fd     connected socket, taken over
     * @param name   of this client, for the server's user
     * @param wanted what devices are asked for
     * @param lost   told once on the connection's thread if it ends but by {@link #close()}; may close it
     */
    public static EiConnection connect(int fd, String name, Set<EiInterface> wanted, Runnable lost) {
        EiConnection connection = new EiConnection(UnixSocket.own(fd), name, wanted, lost);
        connection.reader = Thread.ofPlatform().daemon().name("lumen-ei").start(connection::run);
        return connection;
    }

    /**
     * Waits until all wanted devices that the server offers take events.
     *
     * @return false if they don't in time
     * @throws EiException if the server has gone or refused
     */
    public synchronized boolean await(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (failure.isEmpty() && !context.ready()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EiException("interrupted while waiting for the server", e);
            }
        }
        if (failure.isPresent()) {
            throw new EiException(failure.get());
        }
        return true;
    }

    /** Devices that take events now. */
    public synchronized List<EiDevice> usable() {
        return failure.isPresent() ? List.of() : context.devices().stream().filter(EiDevice::usable).toList();
    }

    /** The first device that takes such events now. */
    public synchronized Optional<EiDevice> first(EiInterface type) {
        return failure.isPresent() ? Optional.empty() : Optional.ofNullable(context.first(type));
    }

    /** Another number whenever devices came, went, paused or resumed. */
    public synchronized long generation() {
        return failure.isPresent() ? -1 : context.generation();
    }

    /** Why this connection is of no more use, if so. */
    public synchronized Optional<String> failure() {
        return failure;
    }

    /** Events that no device took. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Moves a relative pointer, in logical pixels. False if the event is lost. */
    public synchronized boolean move(EiDevice device, float dx, float dy) {
        if (moving != null && (moving != device || movingTo)) {
            settle();
        }
        return moveOrWait(device, false, moveX + dx, moveY + dy);
    }

    /** Puts an absolute pointer somewhere in one of the device's regions. */
    public synchronized boolean moveTo(EiDevice device, float x, float y) {
        if (moving != null && (moving != device || !movingTo)) {
            settle();
        }
        return moveOrWait(device, true, x, y);
    }

    private boolean moveOrWait(EiDevice device, boolean to, float x, float y) {
        boolean waited = moving != null;
        moving = device;
        movingTo = to;
        moveX = x;
        moveY = y;
        if (!behind()) {
            return settle();
        }
        if (!waited) {
            wake.signal();
        }
        return true;
    }

    /** True if the server has enough to read. */
    private boolean behind() {
        return failure.isEmpty() && !closing && (blocked || socket.unread() > BEHIND);
    }

    /** Queues the move that waits. */
    private boolean settle() {
        if (moving == null) {
            return true;
        }
        EiDevice device = moving;
        float x = moveX;
        float y = moveY;
        moving = null;
        moveX = 0;
        moveY = 0;
        return begin(device, movingTo ? EiInterface.POINTER_ABSOLUTE : EiInterface.POINTER, EiProtocol.POINTER_REQUEST_MOTION, 8, false)
                && end(device, requests.f32(x).f32(y));
    }

    /** Scrolls by 120ths of a notch, right and down positive. */
    public synchronized boolean scroll(EiDevice device, int x, int y) {
        return begin(device, EiInterface.SCROLL, EiProtocol.SCROLL_REQUEST_DISCRETE, 8, false)
                && end(device, requests.i32(x).i32(y));
    }

    /** Scrolls by logical pixels, as a touch pad does; to be followed by {@link #scrollStop}. */
    public synchronized boolean scrollPixels(EiDevice device, float x, float y) {
        return begin(device, EiInterface.SCROLL, EiProtocol.SCROLL_REQUEST_SCROLL, 8, false)
                && end(device, requests.f32(x).f32(y));
    }

    /** The fingers that scrolled are lifted. */
    public synchronized boolean scrollStop(EiDevice device, boolean x, boolean y) {
        return begin(device, EiInterface.SCROLL, EiProtocol.SCROLL_REQUEST_STOP, 12, true)
                && end(device, requests.i32(x ? 1 : 0).i32(y ? 1 : 0).i32(0));
    }

    /**
     * A key goes down or up. One that already is so is no event: the server has released by itself whatever was down when
     * it paused the device.
     *
     * @param code {@code KEY_*}
     */
    public boolean key(EiDevice device, int code, boolean down) {
        return press(device, EiInterface.KEYBOARD, EiProtocol.KEYBOARD_REQUEST_KEY, code, down);
    }

    /** @param code {@code BTN_*}; as {@link #key} otherwise */
    public boolean button(EiDevice device, int code, boolean down) {
        return press(device, EiInterface.BUTTON, EiProtocol.BUTTON_REQUEST_BUTTON, code, down);
    }

    private synchronized boolean press(EiDevice device, EiInterface type, int opcode, int code, boolean down) {
        if (code < 0 || code >= EiDevice.CODES) {
            throw new IllegalArgumentException("no code of a key or a button: " + code);
        }
        if (device.pressed.get(code) == down) {
            return true;
        }
        if (!begin(device, type, opcode, 8, !down)) {
            return false;
        }
        device.pressed.set(code, down);
        return end(device, requests.i32(code).i32(down ? 1 : 0));
    }

    /** Puts a finger down, somewhere in one of the device's regions. */
    public synchronized boolean touchDown(EiDevice device, int finger, float x, float y) {
        if (device.touches.contains(finger) || !begin(device, EiInterface.TOUCHSCREEN, EiProtocol.TOUCH_REQUEST_DOWN, 12, false)) {
            return false;
        }
        device.touches.add(finger);
        return end(device, requests.i32(finger).f32(x).f32(y));
    }

    /** Moves a finger; false also for one that is not down. */
    public synchronized boolean touchMove(EiDevice device, int finger, float x, float y) {
        return device.touches.contains(finger) && begin(device, EiInterface.TOUCHSCREEN, EiProtocol.TOUCH_REQUEST_MOTION, 12, false)
                && end(device, requests.i32(finger).f32(x).f32(y));
    }

    /** Lifts a finger; one that is not down is no event. */
    public synchronized boolean touchUp(EiDevice device, int finger) {
        if (!device.touches.contains(finger)) {
            return true;
        }
        if (!begin(device, EiInterface.TOUCHSCREEN, EiProtocol.TOUCH_REQUEST_UP, 4, true)) {
            return false;
        }
        device.touches.remove(finger);
        return end(device, requests.i32(finger));
    }

    /** Begins an event, with room for its frame too. */
    private boolean begin(EiDevice device, EiInterface type, int opcode, int argumentBytes, boolean vital) {
        // Nothing overtakes a move.
        settle();
        long object = device.object(type);
        if (failure.isPresent() || closing || object == 0 || !device.usable()) {
            dropped++;
            return false;
        }
        int size = RequestQueue.HEADER + argumentBytes + FRAME_SIZE;
        if (!requests.fits(size, vital)) {
            flush();
        }
        if (!requests.fits(size, vital)) {
            dropped++;
            if (vital) {
                fail("the input server does not read");
                wake.signal();
            }
            return false;
        }
        requests.begin(object, opcode, argumentBytes);
        return true;
    }

    private boolean end(EiDevice device, RequestQueue queue) {
        queue.begin(device.id, EiProtocol.DEVICE_REQUEST_FRAME, 12).i32(context.lastSerial()).i64(System.nanoTime() / 1000);
        return true;
    }

    /** Sends what the server takes now; the rest goes when it can. */
    public synchronized void flush() {
        try {
            if (failure.isEmpty() && !closing && !requests.isEmpty()) {
                blocked = !requests.sendTo(sender);
                if (blocked) {
                    // The reader waits until there is room again.
                    wake.signal();
                }
            }
        } catch (PosixException e) {
            // What the server said before it went is still to be read.
            wake.signal();
        }
    }

    private int send(MemorySegment bytes, long offset, long length) {
        return socket.send(bytes, offset, length, noFds, 0);
    }

    private void fail(String why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
        }
        notifyAll();
    }

    private void run() {
        String why = "the input server has closed the connection";
        try (PollSet poll = new PollSet(2)) {
            poll.set(1, wake.fd(), PollSet.IN);
            boolean more = true;
            while (more) {
                int limit;
                synchronized (this) {
                    if (closing || failure.isPresent()) {
                        break;
                    }
                    poll.set(0, socket.fd(), requests.isEmpty() ? PollSet.IN : PollSet.IN | PollSet.OUT);
                    limit = moving == null ? -1 : LOOK_AGAIN_MILLIS;
                }
                poll.await(limit);
                wake.drain();
                synchronized (this) {
                    more = !closing && failure.isEmpty() && receive();
                    if (more) {
                        blocked = !requests.sendTo(sender);
                        if (moving != null && !behind()) {
                            settle();
                            blocked = !requests.sendTo(sender);
                        }
                    }
                }
            }
        } catch (EiException e) {
            why = e.getMessage();
        } catch (PosixException e) {
            why = "the input server has gone: " + e.getMessage();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "emulated input fails", e);
            why = e.toString();
        }
        boolean tell;
        synchronized (this) {
            tell = !closing;
            fail(closing ? "closed" : why);
        }
        if (tell) {
            lost.run();
        }
    }

    /** False if the server has closed. */
    private boolean receive() {
        int n;
        try {
            n = socket.receive(incoming, 0, READ_SIZE, receivedFds, 0);
        } finally {
            for (int i = 0; i < socket.receivedFds(); i++) {
                fds.add(Fd.own(receivedFds[i]));
            }
        }
        if (fds.size() > MAX_FDS) {
            throw new EiException("the server sends more than " + MAX_FDS + " descriptors that no event asks for");
        }
        if (n > 0) {
            framing.accept(incoming.asSlice(0, n).asByteBuffer(), context::event);
            notifyAll();
        }
        return n != 0;
    }

    /** Lets go of what is held, stops emulating, says goodbye, and ends the thread, unless called on it. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            if (failure.isEmpty() && context.connection() != 0) {
                settle();
                context.devices().forEach(this::letGo);
                if (requests.fits(RequestQueue.HEADER, true)) {
                    requests.begin(context.connection(), EiProtocol.CONNECTION_REQUEST_DISCONNECT, 0);
                }
                flush();
            }
            closing = true;
        }
        wake.signal();
        boolean interrupted = false;
        while (reader.isAlive() && reader != Thread.currentThread()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        synchronized (this) {
            socket.close();
            wake.close();
            fds.forEach(Fd::close);
            requests.close();
            arena.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Releases every key, button and finger that this connection holds down. */
    public synchronized void release() {
        if (!closing && failure.isEmpty() && context.connection() != 0) {
            settle();
            context.devices().forEach(this::release);
            flush();
        }
    }

    private void release(EiDevice device) {
        for (int code = device.pressed.nextSetBit(0); code >= 0; code = device.pressed.nextSetBit(code + 1)) {
            if (device.object(EiInterface.KEYBOARD) != 0 && !isButton(code)) {
                key(device, code, false);
            } else {
                button(device, code, false);
            }
        }
        List.copyOf(device.touches).forEach(finger -> touchUp(device, finger));
    }

    private void letGo(EiDevice device) {
        release(device);
        if (device.usable() && requests.fits(RequestQueue.HEADER + 4, true)) {
            requests.begin(device.id, EiProtocol.DEVICE_REQUEST_STOP_EMULATING, 4).i32(context.lastSerial());
        }
    }

    /** {@code BTN_MISC} to {@code BTN_GEAR_UP}: keys lie below and above. */
    private static boolean isButton(int code) {
        return code >= 0x100 && code < 0x160;
    }
}
