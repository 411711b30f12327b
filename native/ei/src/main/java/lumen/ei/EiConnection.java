package lumen.ei;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * A sender's connection to an emulated-input server. Thread-safe. Its own thread, {@code lumen-ei}, keeps the devices
 * current; requests never block: what a stuck server does not take is dropped, and counted.
 */
public final class EiConnection implements AutoCloseable {
    private static final int HEADER = 16;
    private static final int MAX_MESSAGE = 64 * 1024;
    private static final int READ_SIZE = 16 * 1024;
    /** Bytes that may wait for a server that does not read: seconds of pointer moves. */
    private static final int MAX_WAITING = 64 * 1024;
    private static final int MAX_OBJECTS = 1024;
    private static final long MAX_KEYMAP = 4 << 20;

    private final UnixSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(READ_SIZE);
    private final MemorySegment outgoing = arena.allocate(MAX_WAITING);
    private final EventFd wake = new EventFd();
    private final int[] receivedFds = new int[UnixSocket.MAX_FDS];
    private final ArrayDeque<Fd> fds = new ArrayDeque<>();
    /** Interface of each object we were told of. */
    private final Map<Long, String> objects = new HashMap<>();
    private final Map<Long, EiDevice> devices = new LinkedHashMap<>();
    private final Map<Long, EiDevice> deviceOfInterface = new HashMap<>();
    private final Map<Long, Long> seatCapabilities = new HashMap<>();
    private final String name;
    private Thread reader;
    private byte[] buffered = new byte[0];
    private int waiting;
    private int lastSerial;
    private int sequence;
    private long connection;
    private long dropped;
    private Optional<String> failure = Optional.empty();
    private volatile boolean closing;

    private EiConnection(UnixSocket socket, String name) {
        this.socket = socket;
        this.name = name;
    }

    /**
     * Starts talking to a server.
     *
     * @param fd   connected socket, taken over also if this fails
     * @param name of this client, for the server's user
     */
    public static EiConnection connect(int fd, String name) {
        EiConnection connection = new EiConnection(UnixSocket.own(fd), name);
        connection.objects.put(EiProtocol.HANDSHAKE, "ei_handshake");
        connection.reader = Thread.ofPlatform().daemon().name("lumen-ei").start(connection::run);
        return connection;
    }

    /**
     * Waits until the devices are as somebody wants them.
     *
     * @param enough looks at the devices that can be used now
     * @return false if they aren't so in time
     * @throws EiException if the server has gone or refused
     */
    public synchronized boolean await(Predicate<List<EiDevice>> enough, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            failure.ifPresent(why -> {
                throw new EiException(why);
            });
            if (enough.test(usable())) {
                return true;
            }
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
    }

    /** Devices that take events now. */
    public synchronized List<EiDevice> usable() {
        return devices.values().stream().filter(d -> d.announced && d.resumed).toList();
    }

    /** Why this connection is of no more use, if so. */
    public synchronized Optional<String> failure() {
        return failure;
    }

    /** Requests that the server did not take in time. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Moves a relative pointer, in logical pixels. False if the device takes nothing now. */
    public boolean move(EiDevice device, float dx, float dy) {
        return event(device, EiProtocol.POINTER, EiProtocol.POINTER_MOTION, dx, dy);
    }

    /** Puts an absolute pointer somewhere in one of the device's regions. */
    public boolean moveTo(EiDevice device, float x, float y) {
        return event(device, EiProtocol.POINTER_ABSOLUTE, EiProtocol.POINTER_MOTION, x, y);
    }

    /** @param code {@code BTN_*} */
    public boolean button(EiDevice device, int code, boolean down) {
        return event(device, EiProtocol.BUTTON, EiProtocol.BUTTON_BUTTON, code, down ? 1 : 0);
    }

    /** Scrolls by 120ths of a notch, right and down positive. */
    public boolean scroll(EiDevice device, int x, int y) {
        return event(device, EiProtocol.SCROLL, EiProtocol.SCROLL_DISCRETE, x, y);
    }

    /** @param code {@code KEY_*} */
    public boolean key(EiDevice device, int code, boolean down) {
        return event(device, EiProtocol.KEYBOARD, EiProtocol.KEYBOARD_KEY, code, down ? 1 : 0);
    }

    /** Puts a finger down, somewhere in one of the device's regions. */
    public boolean touchDown(EiDevice device, int finger, float x, float y) {
        return event(device, EiProtocol.TOUCHSCREEN, EiProtocol.TOUCH_DOWN, finger, x, y);
    }

    public boolean touchMove(EiDevice device, int finger, float x, float y) {
        return event(device, EiProtocol.TOUCHSCREEN, EiProtocol.TOUCH_MOTION, finger, x, y);
    }

    public boolean touchUp(EiDevice device, int finger) {
        return event(device, EiProtocol.TOUCHSCREEN, EiProtocol.TOUCH_UP, finger);
    }

    private synchronized boolean event(EiDevice device, String interfaceName, int opcode, Object... arguments) {
        Long object = device.interfaces.get(interfaceName);
        if (object == null || !device.resumed || failure.isPresent()) {
            return false;
        }
        if (!device.emulating) {
            device.emulating = true;
            send(device.id, EiProtocol.DEVICE_REQUEST_START_EMULATING, lastSerial, ++sequence);
        }
        return send(object, opcode, arguments);
    }

    /** The events since the last call belong together. */
    public synchronized void frame(EiDevice device) {
        if (device.emulating && failure.isEmpty()) {
            send(device.id, EiProtocol.DEVICE_REQUEST_FRAME, lastSerial, System.nanoTime() / 1000);
            flush();
        }
    }

    /** Sends a request, or lets it wait. False if too much waits already. */
    private boolean send(long object, int opcode, Object... arguments) {
        int size = HEADER;
        for (Object a : arguments) {
            size += a instanceof String s ? 4 + padded(s.getBytes(StandardCharsets.UTF_8).length + 1) : a instanceof Long ? 8 : 4;
        }
        if (waiting + size > MAX_WAITING) {
            flush();
        }
        if (waiting + size > MAX_WAITING) {
            dropped++;
            return false;
        }
        ByteBuffer out = outgoing.asSlice(waiting, size).asByteBuffer().order(ByteOrder.nativeOrder());
        out.putLong(object).putInt(size).putInt(opcode);
        for (Object a : arguments) {
            switch (a) {
                case Integer i -> out.putInt(i);
                case Long l -> out.putLong(l);
                case Float f -> out.putFloat(f);
                case String s -> {
                    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
                    out.putInt(bytes.length + 1).put(Arrays.copyOf(bytes, padded(bytes.length + 1)));
                }
                default -> throw new IllegalArgumentException(a.toString());
            }
        }
        waiting += size;
        return true;
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private void flush() {
        while (waiting > 0 && failure.isEmpty()) {
            int n;
            try {
                n = socket.send(outgoing, 0, waiting, receivedFds, 0);
            } catch (PosixException e) {
                fail("the input server has gone: " + e.getMessage());
                return;
            }
            if (n == UnixSocket.WOULD_BLOCK) {
                // The reader waits until there is room again.
                wake.signal();
                return;
            }
            MemorySegment.copy(outgoing, n, outgoing, 0, waiting - n);
            waiting -= n;
        }
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
            while (!closing) {
                synchronized (this) {
                    if (failure.isPresent()) {
                        return;
                    }
                    poll.set(0, socket.fd(), waiting > 0 ? PollSet.IN | PollSet.OUT : PollSet.IN);
                }
                poll.await(-1);
                wake.drain();
                synchronized (this) {
                    if (!closing && !receive()) {
                        break;
                    }
                    flush();
                }
            }
        } catch (RuntimeException e) {
            why = e.getMessage();
        }
        synchronized (this) {
            fail(closing ? "closed" : why);
        }
    }

    /** False if the server has closed. */
    private boolean receive() {
        int n = socket.receive(incoming, 0, READ_SIZE, receivedFds, 0);
        for (int i = 0; i < socket.receivedFds(); i++) {
            fds.add(Fd.own(receivedFds[i]));
        }
        if (n <= 0) {
            return n != 0;
        }
        int before = buffered.length;
        buffered = Arrays.copyOf(buffered, before + n);
        MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, 0, buffered, before, n);
        int at = 0;
        while (buffered.length - at >= HEADER) {
            ByteBuffer message = ByteBuffer.wrap(buffered, at, buffered.length - at).slice().order(ByteOrder.nativeOrder());
            int length = message.getInt(8);
            if (length < HEADER || length > MAX_MESSAGE) {
                throw new EiException("an event of " + Integer.toUnsignedString(length) + " bytes");
            }
            if (message.remaining() < length) {
                break;
            }
            long object = message.getLong(0);
            int opcode = message.getInt(12);
            message.position(HEADER).limit(length);
            dispatch(object, opcode, new EiArguments(message));
            at += length;
        }
        buffered = Arrays.copyOfRange(buffered, at, buffered.length);
        notifyAll();
        return true;
    }

    /** Events of objects that we gave up or never knew are for nobody. */
    private void dispatch(long object, int opcode, EiArguments arguments) {
        switch (objects.getOrDefault(object, "")) {
            case "ei_handshake" -> handshake(opcode, arguments);
            case EiProtocol.CONNECTION -> connection(opcode, arguments);
            case EiProtocol.SEAT -> seat(object, opcode, arguments);
            case EiProtocol.DEVICE -> device(devices.get(object), opcode, arguments);
            case EiProtocol.KEYBOARD -> keyboard(deviceOfInterface.get(object), opcode, arguments);
            default -> { }
        }
    }

    private void learn(long id, String interfaceName) {
        if (objects.size() >= MAX_OBJECTS) {
            throw new EiException("the server makes more than " + MAX_OBJECTS + " objects");
        }
        objects.put(id, interfaceName);
    }

    private void handshake(int opcode, EiArguments arguments) {
        if (opcode == EiProtocol.HANDSHAKE_EVENT_VERSION) {
            send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_VERSION, EiProtocol.HANDSHAKE_VERSION);
            send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_CONTEXT_TYPE, EiProtocol.CONTEXT_SENDER);
            send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_NAME, name);
            EiProtocol.VERSIONS.forEach((interfaceName, version) ->
                    send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_INTERFACE_VERSION, interfaceName, version));
            send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_INTERFACE_VERSION, EiProtocol.TOUCHSCREEN, EiProtocol.TOUCHSCREEN_VERSION);
            send(EiProtocol.HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_FINISH);
        } else if (opcode == EiProtocol.HANDSHAKE_EVENT_CONNECTION) {
            lastSerial = arguments.u32();
            connection = arguments.u64();
            objects.remove(EiProtocol.HANDSHAKE);
            learn(connection, EiProtocol.CONNECTION);
        }
    }

    private void connection(int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.CONNECTION_EVENT_DISCONNECTED -> {
                lastSerial = arguments.u32();
                int reason = arguments.u32();
                String explanation = arguments.string();
                throw new EiException("the input server has sent us away" + (explanation.isEmpty() ? " (reason " + reason + ")" : ": " + explanation));
            }
            case EiProtocol.CONNECTION_EVENT_SEAT -> learn(arguments.u64(), EiProtocol.SEAT);
            case EiProtocol.CONNECTION_EVENT_PING -> send(arguments.u64(), EiProtocol.PINGPONG_REQUEST_DONE, 0L);
            default -> { }
        }
    }

    private void seat(long seat, int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.SEAT_EVENT_DESTROYED -> {
                lastSerial = arguments.u32();
                objects.remove(seat);
                seatCapabilities.remove(seat);
            }
            case EiProtocol.SEAT_EVENT_CAPABILITY -> {
                long mask = arguments.u64();
                String interfaceName = arguments.string();
                if (EiProtocol.VERSIONS.containsKey(interfaceName) || interfaceName.equals(EiProtocol.TOUCHSCREEN)) {
                    seatCapabilities.merge(seat, mask, (a, b) -> a | b);
                }
            }
            case EiProtocol.SEAT_EVENT_DONE -> send(seat, EiProtocol.SEAT_REQUEST_BIND, seatCapabilities.getOrDefault(seat, 0L));
            case EiProtocol.SEAT_EVENT_DEVICE -> {
                long id = arguments.u64();
                learn(id, EiProtocol.DEVICE);
                devices.put(id, new EiDevice(this, id));
            }
            default -> { }
        }
    }

    private void device(EiDevice device, int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.DEVICE_EVENT_DESTROYED -> {
                lastSerial = arguments.u32();
                device.resumed = false;
                devices.remove(device.id);
                objects.remove(device.id);
                device.interfaces.values().forEach(id -> {
                    objects.remove(id);
                    deviceOfInterface.remove(id);
                });
            }
            case EiProtocol.DEVICE_EVENT_NAME -> device.name = arguments.string();
            case EiProtocol.DEVICE_EVENT_REGION_MAPPING_ID -> device.nextMappingId = Optional.of(arguments.string());
            case EiProtocol.DEVICE_EVENT_REGION -> {
                int x = arguments.u32();
                int y = arguments.u32();
                int width = arguments.u32();
                int height = arguments.u32();
                device.regions.add(new EiRegion(x, y, width, height, arguments.f32(), device.nextMappingId));
                device.nextMappingId = Optional.empty();
            }
            case EiProtocol.DEVICE_EVENT_INTERFACE -> {
                long id = arguments.u64();
                String interfaceName = arguments.string();
                learn(id, interfaceName);
                device.interfaces.put(interfaceName, id);
                deviceOfInterface.put(id, device);
            }
            case EiProtocol.DEVICE_EVENT_DONE -> device.announced = true;
            case EiProtocol.DEVICE_EVENT_RESUMED -> {
                lastSerial = arguments.u32();
                device.resumed = true;
            }
            case EiProtocol.DEVICE_EVENT_PAUSED -> {
                // The server lets go of everything that was held.
                lastSerial = arguments.u32();
                device.resumed = false;
                device.emulating = false;
            }
            default -> { }
        }
    }

    private void keyboard(EiDevice device, int opcode, EiArguments arguments) {
        if (opcode != EiProtocol.KEYBOARD_EVENT_KEYMAP || device == null) {
            return;
        }
        arguments.u32();
        long size = Integer.toUnsignedLong(arguments.u32());
        try (Fd fd = fds.poll()) {
            if (fd == null || size > MAX_KEYMAP || size == 0) {
                throw new EiException("a keymap of " + size + " bytes" + (fd == null ? " without a descriptor" : ""));
            }
            try (Mapping mapping = Mapping.of(fd.value(), size, false)) {
                byte[] text = mapping.segment().asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
                int end = text.length;
                while (end > 0 && text[end - 1] == 0) {
                    end--;
                }
                device.keymap = Optional.of(new String(text, 0, end, StandardCharsets.UTF_8));
            }
        } catch (PosixException e) {
            throw new EiException("the server's keymap can't be read: " + e.getMessage(), e);
        }
    }

    /** Stops emulating, says goodbye, and ends the thread. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            for (EiDevice device : devices.values()) {
                if (device.emulating) {
                    send(device.id, EiProtocol.DEVICE_REQUEST_STOP_EMULATING, lastSerial);
                }
            }
            if (connection != 0 && failure.isEmpty()) {
                send(connection, EiProtocol.CONNECTION_REQUEST_DISCONNECT);
                flush();
            }
            closing = true;
        }
        wake.signal();
        boolean interrupted = false;
        while (reader.isAlive()) {
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
            arena.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
