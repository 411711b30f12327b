package lumen.dbus;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import lumen.posix.CurrentProcess;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * A connection to a bus. Thread-safe. Signals and the end of the connection are told on its own thread,
 * {@code lumen-dbus}, where nothing may block or call.
 */
public final class DBusConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lumen.dbus");
    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    private static final Duration AUTH_LIMIT = Duration.ofSeconds(5);
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(10);
    private static final int READ_SIZE = 64 * 1024;
    private static final int MAX_LINE = 16 * 1024;

    private final UnixSocket socket;
    private final EventFd wake = new EventFd();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(READ_SIZE, 8);
    private final int[] receivedFds = new int[UnixSocket.MAX_FDS];
    private final Map<Integer, CompletableFuture<Message>> calls = new ConcurrentHashMap<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Fd> fds = new ArrayList<>();
    private final List<Consumer<String>> lossListeners = new CopyOnWriteArrayList<>();
    private byte[] buffered = new byte[0];
    private int serial;
    private volatile Optional<String> failure = Optional.empty();
    private volatile boolean closing;
    private Thread reader;
    private String uniqueName = "";

    /** Whoever hears of certain signals. */
    private record Subscription(String rule, String sender, String path, String interfaceName, String member, Consumer<Message> listener) {
        boolean matches(Message m) {
            return fits(path, m.fields().path()) && fits(interfaceName, m.fields().interfaceName()) && fits(member, m.fields().member());
        }

        private static boolean fits(String wanted, String given) {
            return wanted.isEmpty() || wanted.equals(given);
        }
    }

    private DBusConnection(UnixSocket socket) {
        this.socket = socket;
    }

    /**
     * Connects to the session bus of an environment.
     *
     * @throws DBusException if there is none, or it doesn't let this user in
     */
    public static DBusConnection session(Map<String, String> environment) {
        DBusException last = null;
        for (Path path : BusAddress.session(environment)) {
            try {
                return connect(path);
            } catch (DBusException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Connects to the bus that listens there. */
    public static DBusConnection connect(Path path) {
        DBusConnection connection;
        try {
            connection = new DBusConnection(UnixSocket.connect(path));
        } catch (PosixException e) {
            throw new DBusException("no D-Bus at " + path + ": " + e.getMessage(), e);
        }
        try {
            connection.authenticate();
            connection.reader = Thread.ofPlatform().daemon().name("lumen-dbus").start(connection::read);
            connection.uniqueName = (String) connection.call(BUS, BUS_PATH, BUS, "Hello", "").body().getFirst();
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e instanceof PosixException p ? new DBusException("D-Bus: " + p.getMessage(), p) : e;
        }
    }

    /** SASL: the kernel tells the bus who we are. */
    private void authenticate() {
        long deadline = System.nanoTime() + AUTH_LIMIT.toNanos();
        String uid = HexFormat.of().formatHex(Integer.toString(CurrentProcess.uid()).getBytes(StandardCharsets.US_ASCII));
        writeAll(("\0AUTH EXTERNAL " + uid + "\r\n").getBytes(StandardCharsets.US_ASCII), List.of(), deadline);
        String answer = line(deadline);
        if (!answer.startsWith("OK ")) {
            throw new DBusException("the bus lets uid " + CurrentProcess.uid() + " not in: " + answer);
        }
        writeAll("NEGOTIATE_UNIX_FD\r\n".getBytes(StandardCharsets.US_ASCII), List.of(), deadline);
        answer = line(deadline);
        if (!answer.equals("AGREE_UNIX_FD")) {
            throw new DBusException("the bus passes no descriptors: " + answer);
        }
        writeAll("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII), List.of(), deadline);
    }

    private String line(long deadline) {
        while (true) {
            for (int i = 0; i + 1 < buffered.length; i++) {
                if (buffered[i] == '\r' && buffered[i + 1] == '\n') {
                    String line = new String(buffered, 0, i, StandardCharsets.US_ASCII);
                    buffered = Arrays.copyOfRange(buffered, i + 2, buffered.length);
                    return line;
                }
            }
            if (buffered.length > MAX_LINE) {
                throw new DBusException("the bus answers with an endless line");
            }
            try (PollSet poll = new PollSet(1)) {
                poll.set(0, socket.fd(), PollSet.IN);
                if (poll.await(millis(deadline)) == 0) {
                    throw new DBusException("the bus does not answer");
                }
            }
            receive();
        }
    }

    private static int millis(long deadline) {
        return (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000 + 1);
    }

    private synchronized void writeAll(byte[] bytes, List<Fd> with, long deadline) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, 0, bytes.length);
            int[] numbers = with.stream().mapToInt(Fd::value).toArray();
            int count = numbers.length;
            for (long at = 0; at < bytes.length;) {
                int n = socket.send(out, at, bytes.length - at, numbers, count);
                if (n > 0) {
                    at += n;
                    count = 0;
                } else {
                    try (PollSet poll = new PollSet(1)) {
                        poll.set(0, socket.fd(), PollSet.OUT);
                        if (poll.await(millis(deadline)) == 0) {
                            throw new DBusException("the bus takes no more messages");
                        }
                    }
                }
            }
        } catch (PosixException e) {
            throw new DBusException("the bus has gone: " + e.getMessage(), e);
        }
    }

    /** Reads what is there. False if the bus has closed. */
    private synchronized boolean receive() {
        int n = socket.receive(incoming, 0, READ_SIZE, receivedFds, 0);
        for (int i = 0; i < socket.receivedFds(); i++) {
            fds.add(Fd.own(receivedFds[i]));
        }
        if (n > 0) {
            int before = buffered.length;
            buffered = Arrays.copyOf(buffered, before + n);
            MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, 0, buffered, before, n);
        }
        return n != 0;
    }

    private void read() {
        String why = "the bus has closed the connection";
        try (PollSet poll = new PollSet(2)) {
            poll.set(0, socket.fd(), PollSet.IN);
            poll.set(1, wake.fd(), PollSet.IN);
            do {
                for (Optional<Message> message = next(); message.isPresent(); message = next()) {
                    take(message.get());
                }
                poll.await(-1);
            } while (!closing && receive());
        } catch (RuntimeException e) {
            why = e.getMessage();
        }
        fail(closing ? "closed" : why);
    }

    private Optional<Message> next() {
        if (buffered.length < Message.FIXED) {
            return Optional.empty();
        }
        Message.Lengths lengths = Message.Lengths.of(ByteBuffer.wrap(buffered, 0, Message.FIXED));
        int whole = lengths.header() + lengths.body();
        if (buffered.length < whole) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(buffered, whole));
        buffered = Arrays.copyOfRange(buffered, whole, buffered.length);
        // Descriptors arrive with the first byte of their message, and messages are read in order.
        int count = Message.descriptors(bytes.duplicate());
        if (count > fds.size()) {
            throw new DBusException("a message of " + count + " descriptors came with " + fds.size());
        }
        List<Fd> own = new ArrayList<>(fds.subList(0, count));
        fds.subList(0, count).clear();
        return Optional.of(Message.parse(bytes, own));
    }

    private void take(Message message) {
        switch (message.type()) {
            case RETURN, ERROR -> {
                CompletableFuture<Message> call = calls.remove(message.replySerial());
                if (call == null || !call.complete(message)) {
                    message.discard();
                }
            }
            case SIGNAL -> {
                for (Subscription s : subscriptions) {
                    if (s.matches(message)) {
                        try {
                            s.listener().accept(message);
                        } catch (RuntimeException e) {
                            LOG.log(System.Logger.Level.ERROR, "a listener of " + s.rule() + " failed", e);
                        }
                    }
                }
            }
            case CALL -> {
                message.discard();
                if (message.serial() != 0) {
                    send(Message.Type.ERROR, true, message.serial(), new Message.Fields("", "", "", "org.freedesktop.DBus.Error.UnknownMethod",
                            message.fields().sender(), ""), "s", List.of("lumen offers nothing on the bus"));
                }
            }
            default -> message.discard();
        }
    }

    private void fail(String why) {
        failure = Optional.of(why);
        calls.values().forEach(c -> c.completeExceptionally(new DBusException(why)));
        calls.clear();
        if (!closing) {
            lossListeners.forEach(l -> l.accept(why));
        }
    }

    private int send(Message.Type type, boolean noReply, int replySerial, Message.Fields fields, String signature, List<?> body) {
        failure.ifPresent(why -> {
            throw new DBusException("the bus has gone: " + why);
        });
        int number;
        synchronized (this) {
            number = ++serial;
        }
        Message.Encoded encoded = Message.encode(type, noReply, number, replySerial, fields, signature, body);
        writeAll(encoded.bytes(), encoded.fds(), System.nanoTime() + USUAL_LIMIT.toNanos());
        return number;
    }

    /** Calls a method and waits up to ten seconds for the answer. */
    public Message call(String destination, String path, String interfaceName, String member, String signature, Object... arguments) {
        return call(USUAL_LIMIT, destination, path, interfaceName, member, signature, arguments);
    }

    /**
     * Calls a method and waits for the answer.
     *
     * @param signature of the arguments
     * @return the answer; its descriptors are the caller's
     * @throws DBusException the callee's error, or that there was no answer in time
     */
    public Message call(Duration limit, String destination, String path, String interfaceName, String member, String signature,
                        Object... arguments) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        int number;
        synchronized (this) {
            number = serial + 1;
            calls.put(number, answer);
            try {
                if (send(Message.Type.CALL, false, 0, Message.Fields.call(destination, path, interfaceName, member), signature,
                        Arrays.asList(arguments)) != number) {
                    throw new IllegalStateException("serials are out of order");
                }
            } catch (RuntimeException e) {
                calls.remove(number);
                throw e;
            }
        }
        try {
            Message message = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (message.type() == Message.Type.ERROR) {
                message.discard();
                throw new DBusException(message.fields().error(), message.first(String.class).orElse(""));
            }
            return message;
        } catch (TimeoutException e) {
            calls.remove(number);
            answer.cancel(false);
            throw new DBusException(destination + " has not answered " + member + " within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new DBusException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            calls.remove(number);
            Thread.currentThread().interrupt();
            throw new DBusException("interrupted while waiting for " + destination, e);
        }
    }

    /** Reads a property. */
    public Object property(String destination, String path, String interfaceName, String name) {
        return ((Variant) call(destination, path, PROPERTIES, "Get", "ss", interfaceName, name).body().getFirst()).value();
    }

    /** True if somebody owns a name now. */
    public boolean hasOwner(String name) {
        return (Boolean) call(BUS, BUS_PATH, BUS, "NameHasOwner", "s", name).body().getFirst();
    }

    /** This connection's own name, such as {@code :1.42}. */
    public String uniqueName() {
        return uniqueName;
    }

    /**
     * Hears of signals from now on.
     *
     * @param sender, path, interfaceName, member empty: any
     * @return ends it
     */
    public AutoCloseable subscribe(String sender, String path, String interfaceName, String member, Consumer<Message> listener) {
        StringBuilder rule = new StringBuilder("type='signal'");
        part(rule, "sender", sender);
        part(rule, "path", path);
        part(rule, "interface", interfaceName);
        part(rule, "member", member);
        Subscription subscription = new Subscription(rule.toString(), sender, path, interfaceName, member, listener);
        subscriptions.add(subscription);
        try {
            call(BUS, BUS_PATH, BUS, "AddMatch", "s", subscription.rule());
        } catch (RuntimeException e) {
            subscriptions.remove(subscription);
            throw e;
        }
        return () -> {
            if (subscriptions.remove(subscription) && failure.isEmpty()) {
                send(Message.Type.CALL, true, 0, Message.Fields.call(BUS, BUS_PATH, BUS, "RemoveMatch"), "s", List.of(subscription.rule()));
            }
        };
    }

    /** Hears when a name loses its owner: whoever was behind it has gone. */
    public AutoCloseable onNameLost(String name, Runnable listener) {
        return subscribe(BUS, BUS_PATH, BUS, "NameOwnerChanged", m -> {
            if (name.equals(m.body().getFirst()) && "".equals(m.body().get(2))) {
                listener.run();
            }
        });
    }

    /** Hears when the bus goes, with the reason. */
    public void onLost(Consumer<String> listener) {
        lossListeners.add(listener);
        failure.ifPresent(listener);
    }

    private static void part(StringBuilder rule, String key, String value) {
        if (!value.isEmpty()) {
            rule.append(',').append(key).append("='").append(value).append('\'');
        }
    }

    /** Idempotent. Not on the connection's own thread. */
    @Override
    public void close() {
        closing = true;
        wake.signal();
        boolean interrupted = false;
        while (reader != null && reader.isAlive()) {
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
            fds.clear();
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
