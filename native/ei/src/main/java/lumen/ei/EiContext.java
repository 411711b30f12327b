package lumen.ei;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lumen.posix.Fd;
import lumen.posix.PosixException;

/**
 * What a server has told a sender, and the answers the protocol wants. No I/O: events come in, requests go to the queue.
 * Guarded by its connection.
 */
final class EiContext {
    private static final int MAX_OBJECTS = 1024;
    private static final int MAX_KEYMAP = 4 << 20;
    /** The ids of objects that a client makes begin here. */
    private static final long FIRST_OWN_OBJECT = 1;
    private static final long HANDSHAKE = 0;

    /** An object of the server's. */
    private interface Target {
        void event(int opcode, EiArguments arguments);
    }

    /** What a seat offers. */
    private static final class Seat {
        final Map<EiInterface, Long> masks = new HashMap<>();
        boolean done;
    }

    private final RequestQueue requests;
    private final ArrayDeque<Fd> fds;
    private final Set<EiInterface> wanted;
    private final String name;
    private final Object lock;
    private final Map<Long, Target> objects = new HashMap<>();
    private final Map<Long, Seat> seats = new LinkedHashMap<>();
    private final Map<Long, EiDevice> devices = new LinkedHashMap<>();
    /** By ordinal, the first that takes events: looked up for each event. */
    private final EiDevice[] first = new EiDevice[EiInterface.values().length];
    private long connection;
    private long nextObject = FIRST_OWN_OBJECT;
    private long syncObject;
    private boolean synced;
    private int lastSerial;
    private int sequence;
    private boolean greeted;
    private long generation;

    /**
     * A context before the first event.
     *
     * @param lock   guards the devices
     * @param name   of this client, for the server's user
     * @param wanted what is bound, where a seat has it
     * @param fds    came with the events, in order; the rest stays the caller's
     */
    EiContext(Object lock, String name, Set<EiInterface> wanted, RequestQueue requests, ArrayDeque<Fd> fds) {
        this.lock = lock;
        this.name = name;
        this.wanted = wanted.isEmpty() ? Set.of() : EnumSet.copyOf(wanted);
        this.requests = requests;
        this.fds = fds;
        objects.put(HANDSHAKE, this::handshake);
    }

    /**
     * Takes an event. Events of objects that we gave up or never knew are for nobody, and so are those of a later version.
     *
     * @throws EiException if the server sends us away or breaks the protocol
     */
    void event(long object, int opcode, EiArguments arguments) {
        Target target = objects.get(object);
        if (target != null) {
            target.event(opcode, arguments);
        }
    }

    Collection<EiDevice> devices() {
        return devices.values();
    }

    /** The first device that takes such events now, or {@code null}. */
    EiDevice first(EiInterface type) {
        return first[type.ordinal()];
    }

    /** True if everything that seats offer of what is wanted takes events, or the server has had the time to say it doesn't. */
    boolean ready() {
        boolean offered = false;
        for (Seat seat : seats.values()) {
            for (EiInterface type : seat.masks.keySet()) {
                if (!seat.done || first(type) == null && !(synced && optional(type))) {
                    return false;
                }
                offered = true;
            }
        }
        return offered;
    }

    /** Mutter has such devices only while something is there to point at. */
    private static boolean optional(EiInterface type) {
        return type == EiInterface.POINTER_ABSOLUTE || type == EiInterface.TOUCHSCREEN;
    }

    int lastSerial() {
        return lastSerial;
    }

    /** The connection object, 0 before the handshake is over. */
    long connection() {
        return connection;
    }

    /** Another number after each change of the devices. */
    long generation() {
        return generation;
    }

    private void changed() {
        generation++;
        for (EiInterface type : EiInterface.values()) {
            first[type.ordinal()] = null;
        }
        for (EiDevice device : devices.values()) {
            for (EiInterface type : EiInterface.values()) {
                if (device.usable() && device.object(type) != 0 && first[type.ordinal()] == null) {
                    first[type.ordinal()] = device;
                }
            }
        }
    }

    private void learn(long id, Target target) {
        if (objects.size() >= MAX_OBJECTS) {
            throw new EiException("the server makes more than " + MAX_OBJECTS + " objects");
        }
        if (id == HANDSHAKE || objects.putIfAbsent(id, target) != null) {
            throw new EiException("the server makes object " + Long.toHexString(id) + " twice");
        }
    }

    private RequestQueue request(long object, int opcode, int argumentBytes) {
        if (!requests.fits(RequestQueue.HEADER + argumentBytes, true)) {
            throw new EiException("the server asks, and does not read the answers");
        }
        return requests.begin(object, opcode, argumentBytes);
    }

    private void handshake(int opcode, EiArguments arguments) {
        if (opcode == EiProtocol.HANDSHAKE_EVENT_VERSION && !greeted) {
            greeted = true;
            request(HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_VERSION, 4).i32(EiProtocol.HANDSHAKE_VERSION);
            request(HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_CONTEXT_TYPE, 4).i32(EiProtocol.CONTEXT_SENDER);
            request(HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_NAME, RequestQueue.sizeOf(name)).text(name);
            List<String> interfaces = new ArrayList<>(EiProtocol.COMMON);
            wanted.forEach(type -> interfaces.add(type.protocolName));
            for (String interfaceName : interfaces) {
                request(HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_INTERFACE_VERSION, RequestQueue.sizeOf(interfaceName) + 4)
                        .text(interfaceName)
                        .i32(interfaceName.equals(EiProtocol.DEVICE) ? EiProtocol.DEVICE_VERSION : EiProtocol.OTHER_VERSION);
            }
            request(HANDSHAKE, EiProtocol.HANDSHAKE_REQUEST_FINISH, 0);
        } else if (opcode == EiProtocol.HANDSHAKE_EVENT_CONNECTION) {
            lastSerial = arguments.u32();
            connection = arguments.u64();
            objects.remove(HANDSHAKE);
            learn(connection, this::connection);
        }
    }

    private void connection(int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.CONNECTION_EVENT_DISCONNECTED -> {
                lastSerial = arguments.u32();
                int reason = arguments.u32();
                String explanation = arguments.string();
                throw new EiException("the input server has sent us away"
                        + (explanation.isEmpty() ? " (reason " + Integer.toUnsignedString(reason) + ")" : ": " + explanation));
            }
            case EiProtocol.CONNECTION_EVENT_SEAT -> {
                long id = arguments.u64();
                Seat seat = new Seat();
                learn(id, (o, a) -> seat(id, seat, o, a));
                seats.put(id, seat);
            }
            // Ours was on its way when the server destroyed the object, which it has told by then.
            case EiProtocol.CONNECTION_EVENT_INVALID_OBJECT -> lastSerial = arguments.u32();
            case EiProtocol.CONNECTION_EVENT_PING -> request(arguments.u64(), EiProtocol.PINGPONG_REQUEST_DONE, 8).i64(0);
            default -> { }
        }
    }

    private void seat(long id, Seat seat, int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.SEAT_EVENT_DESTROYED -> {
                lastSerial = arguments.u32();
                objects.remove(id);
                seats.remove(id);
            }
            case EiProtocol.SEAT_EVENT_CAPABILITY -> {
                long mask = arguments.u64();
                EiInterface.named(arguments.string()).filter(wanted::contains).ifPresent(type -> seat.masks.put(type, mask));
            }
            case EiProtocol.SEAT_EVENT_DONE -> {
                seat.done = true;
                long capabilities = seat.masks.values().stream().reduce(0L, (a, b) -> a | b);
                request(id, EiProtocol.SEAT_REQUEST_BIND, 8).i64(capabilities);
                sync();
            }
            case EiProtocol.SEAT_EVENT_DEVICE -> {
                long deviceId = arguments.u64();
                EiDevice device = new EiDevice(lock, deviceId);
                learn(deviceId, (o, a) -> device(device, o, a));
                devices.put(deviceId, device);
            }
            default -> { }
        }
    }

    /** Asks to be told when everything before has been dealt with. */
    private void sync() {
        objects.remove(syncObject);
        long callback = nextObject++;
        request(connection, EiProtocol.CONNECTION_REQUEST_SYNC, 12).i64(callback).i32(EiProtocol.OTHER_VERSION);
        learn(callback, (opcode, arguments) -> {
            if (opcode == EiProtocol.CALLBACK_EVENT_DONE) {
                objects.remove(callback);
                synced = callback == syncObject;
            }
        });
        syncObject = callback;
        synced = false;
    }

    private void device(EiDevice device, int opcode, EiArguments arguments) {
        switch (opcode) {
            case EiProtocol.DEVICE_EVENT_DESTROYED -> {
                lastSerial = arguments.u32();
                device.resumed = false;
                device.neutral();
                devices.remove(device.id);
                objects.remove(device.id);
                for (EiInterface type : EiInterface.values()) {
                    objects.remove(device.object(type));
                    device.remove(type);
                }
            }
            case EiProtocol.DEVICE_EVENT_NAME -> device.name = arguments.string();
            case EiProtocol.DEVICE_EVENT_REGION_MAPPING_ID -> device.nextMappingId = Optional.of(arguments.string());
            case EiProtocol.DEVICE_EVENT_REGION -> {
                if (device.regions.size() >= MAX_OBJECTS) {
                    throw new EiException("a device of more than " + MAX_OBJECTS + " regions");
                }
                device.regions.add(new EiRegion(pixels(arguments), pixels(arguments), pixels(arguments), pixels(arguments),
                        arguments.f32(), device.nextMappingId));
                device.nextMappingId = Optional.empty();
            }
            case EiProtocol.DEVICE_EVENT_INTERFACE -> partOf(device, arguments.u64(), arguments.string());
            case EiProtocol.DEVICE_EVENT_DONE -> device.announced = true;
            case EiProtocol.DEVICE_EVENT_RESUMED -> {
                lastSerial = arguments.u32();
                if (!device.resumed) {
                    device.resumed = true;
                    request(device.id, EiProtocol.DEVICE_REQUEST_START_EMULATING, 8).i32(lastSerial).i32(++sequence);
                }
            }
            case EiProtocol.DEVICE_EVENT_PAUSED -> {
                lastSerial = arguments.u32();
                device.resumed = false;
                device.neutral();
            }
            default -> { }
        }
        changed();
    }

    /** Beyond 2³¹−1 nothing can be pointed at. */
    private static int pixels(EiArguments arguments) {
        return (int) Math.min(Integer.toUnsignedLong(arguments.u32()), Integer.MAX_VALUE);
    }

    private void partOf(EiDevice device, long id, String interfaceName) {
        EiInterface.named(interfaceName).ifPresent(type -> {
            if (device.object(type) != 0) {
                throw new EiException("a device with " + interfaceName + " twice");
            }
            learn(id, (opcode, arguments) -> {
                if (opcode == EiProtocol.EVENT_DESTROYED) {
                    lastSerial = arguments.u32();
                    objects.remove(id);
                    device.remove(type);
                    changed();
                } else if (type == EiInterface.KEYBOARD) {
                    keyboard(device, opcode, arguments);
                }
            });
            device.put(type, id);
        });
    }

    private void keyboard(EiDevice device, int opcode, EiArguments arguments) {
        if (opcode == EiProtocol.KEYBOARD_EVENT_KEYMAP) {
            int type = arguments.u32();
            int size = arguments.u32();
            try (Fd fd = fds.poll()) {
                if (fd == null || size > MAX_KEYMAP || size < 0) {
                    throw new EiException("a keymap of " + Integer.toUnsignedString(size) + " bytes" + (fd == null ? " without a descriptor" : ""));
                }
                if (type == EiProtocol.KEYMAP_TYPE_XKB) {
                    device.keymap = Optional.of(text(Fd.contents(fd.value(), size)));
                }
            } catch (PosixException e) {
                throw new EiException("the keymap of the server can not be read: " + e.getMessage(), e);
            }
        } else if (opcode == EiProtocol.KEYBOARD_EVENT_MODIFIERS) {
            lastSerial = arguments.u32();
            int depressed = arguments.u32();
            // In the order of the protocol, which differs from Wayland's.
            int locked = arguments.u32();
            int latched = arguments.u32();
            device.modifiers = new EiModifiers(depressed, latched, locked, arguments.u32());
        }
    }

    /** Up to the first NUL, which ends it in C. */
    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
