package lumen.dbus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * A connection to a bus. Thread-safe. Signals and the end of the connection are told on its own thread,
 * {@code lumen-dbus}, where nothing may block or call.
 */
public final class DBusConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DBusConnection.class.getName());
    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    private static final Duration AUTH_LIMIT = Duration.ofSeconds(5);
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(10);

    private final Transport transport;
    private final AtomicInteger serials = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Message>> calls = new ConcurrentHashMap<>();
    private final Subscriptions subscriptions = new Subscriptions();
    private final Thread reader = Thread.ofPlatform().daemon().name("lumen-dbus").unstarted(this::read);
    private final List<Consumer<String>> lossListeners = new ArrayList<>();
    private volatile Optional<String> failure = Optional.empty();
    private volatile boolean closing;
    private volatile String uniqueName = "";

    private DBusConnection(Transport transport) {
        this.transport = transport;
    }

    /**
     * Connects to the session bus of an environment.
     *
     * @param variable looks a variable up
     * @throws DBusException if there is none, or it doesn't let this user in
     */
    public static DBusConnection session(Function<String, Optional<String>> variable) {
        Map<String, String> environment = new HashMap<>();
        for (String name : BusAddress.SESSION_VARIABLES) {
            variable.apply(name).ifPresent(value -> environment.put(name, value));
        }
        return session(environment);
    }

    /** As above, of {@link System#getenv()} or the like. */
    public static DBusConnection session(Map<String, String> environment) {
        DBusException first = null;
        for (BusAddress address : BusAddress.session(environment)) {
            try {
                return open(Transport.connect(address));
            } catch (DBusException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first;
    }

    /** Connects to the bus at an address. */
    public static DBusConnection connect(BusAddress address) {
        return open(Transport.connect(address));
    }

    /** Speaks to the bus at the other end of a socket, which is owned from now on. */
    static DBusConnection over(UnixSocket socket) {
        return open(new Transport(socket));
    }

    private static DBusConnection open(Transport transport) {
        DBusConnection connection = new DBusConnection(transport);
        try {
            transport.authenticate(System.nanoTime() + AUTH_LIMIT.toNanos());
            connection.reader.start();
            connection.uniqueName = connection.call(BUS, BUS_PATH, BUS, "Hello", "").get(0, String.class);
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e instanceof PosixException p ? new DBusException("D-Bus: " + p.getMessage(), p) : e;
        }
    }

    private void read() {
        String why = "closed";
        try {
            for (Message message = transport.next(); message != null; message = transport.next()) {
                take(message);
            }
            why = closing ? why : "the bus takes no more messages";
        } catch (DBusException e) {
            why = e.getMessage();
        } catch (RuntimeException | Error e) {
            why = "the connection failed: " + e;
            LOG.log(System.Logger.Level.ERROR, "lumen-dbus failed", e);
        } finally {
            fail(why);
        }
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
                if (message.fields().sender().equals(BUS) && message.fields().member().equals("NameOwnerChanged")) {
                    subscriptions.ownerChanged(message.get(0, String.class), message.get(2, String.class));
                }
                subscriptions.deliver(message);
            }
            case CALL -> {
                message.discard();
                if (!message.noReply()) {
                    Message.Fields to = new Message.Fields("", "", "", "org.freedesktop.DBus.Error.UnknownMethod", message.fields().sender(), "");
                    send(Message.Type.ERROR, true, nextSerial(), message.serial(), to, "s", List.of("lumen offers nothing on the bus"));
                }
            }
            case INVALID -> message.discard();
        }
    }

    private void fail(String why) {
        List<Consumer<String>> listeners;
        synchronized (lossListeners) {
            failure = Optional.of(why);
            listeners = closing ? List.of() : List.copyOf(lossListeners);
        }
        calls.values().forEach(c -> c.completeExceptionally(new DBusException(why)));
        calls.clear();
        for (Consumer<String> listener : listeners) {
            try {
                listener.accept(why);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener for the end of the bus failed", e);
            }
        }
    }

    private int nextSerial() {
        return serials.updateAndGet(n -> n == -1 ? 1 : n + 1);
    }

    private void send(Message.Type type, boolean noReply, int number, int replySerial, Message.Fields fields, String signature,
                      List<?> body) {
        failure.ifPresent(why -> {
            throw new DBusException("the bus has gone: " + why);
        });
        Message.Encoded encoded = Message.encode(type, noReply, number, replySerial, fields, signature, body);
        transport.write(encoded.bytes(), encoded.fds(), System.nanoTime() + USUAL_LIMIT.toNanos());
    }

    /** Calls a method and waits up to ten seconds for the answer. */
    public Message call(String destination, String path, String interfaceName, String member, String signature, Object... arguments) {
        return call(USUAL_LIMIT, destination, path, interfaceName, member, signature, arguments);
    }

    /**
     * Calls a method and waits for the answer.
     *
     * @param signature of the arguments; descriptors among them stay the caller's
     * @return the answer; its descriptors are the caller's
     * @throws DBusException the callee's error, or that there was no answer in time
     */
    public Message call(Duration limit, String destination, String path, String interfaceName, String member, String signature,
                        Object... arguments) {
        if (Thread.currentThread() == reader) {
            throw new IllegalStateException("a call of " + member + " on the connection's own thread");
        }
        CompletableFuture<Message> answer = new CompletableFuture<>();
        int number = nextSerial();
        calls.put(number, answer);
        try {
            send(Message.Type.CALL, false, number, 0, Message.Fields.call(destination, path, interfaceName, member), signature,
                    Arrays.asList(arguments));
            Message message = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (message.type() == Message.Type.ERROR) {
                message.discard();
                throw new DBusException(message.fields().error(), message.first(String.class).orElse(""));
            }
            return message;
        } catch (TimeoutException e) {
            abandon(answer);
            throw new DBusException(DBusException.NO_REPLY, destination + " has not answered " + member + " within "
                    + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new DBusException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            abandon(answer);
            Thread.currentThread().interrupt();
            throw new DBusException("interrupted while waiting for " + destination, e);
        } finally {
            calls.remove(number);
        }
    }

    /** An answer that nobody waits for any more, though it may have come just now. */
    private static void abandon(CompletableFuture<Message> answer) {
        if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
            answer.join().discard();
        }
    }

    /** Reads a property. */
    public Object property(String destination, String path, String interfaceName, String name) {
        return call(destination, path, PROPERTIES, "Get", "ss", interfaceName, name).get(0, Variant.class).value();
    }

    /** Reads a property of a certain type. */
    public <T> T property(String destination, String path, String interfaceName, String name, Class<T> type) {
        Object value = property(destination, path, interfaceName, name);
        if (!type.isInstance(value)) {
            throw new DBusException("the property " + interfaceName + "." + name + " is no " + type.getSimpleName() + ": " + value);
        }
        return type.cast(value);
    }

    /** Reads all properties of an interface. */
    public Map<String, Object> properties(String destination, String path, String interfaceName) {
        Map<?, ?> answer = call(destination, path, PROPERTIES, "GetAll", "s", interfaceName).get(0, Map.class);
        return answer.entrySet().stream().collect(Collectors.toMap(e -> (String) e.getKey(), e -> ((Variant) e.getValue()).value()));
    }

    /** Sets a property. */
    public void setProperty(String destination, String path, String interfaceName, String name, Variant value) {
        call(destination, path, PROPERTIES, "Set", "ssv", interfaceName, name, value);
    }

    /** True if somebody owns a name now. */
    public boolean hasOwner(String name) {
        return call(BUS, BUS_PATH, BUS, "NameHasOwner", "s", name).get(0, Boolean.class);
    }

    /** True if somebody owns a name, or would be started by a call to it. */
    public boolean canReach(String name) {
        return hasOwner(name) || call(BUS, BUS_PATH, BUS, "ListActivatableNames", "").get(0, List.class).contains(name);
    }

    /** This connection's own name, such as {@code :1.42}. */
    public String uniqueName() {
        return uniqueName;
    }

    /**
     * Hears of signals from now on. Descriptors that come with one are closed when the listener returns.
     *
     * @param sender, path, interfaceName, member empty: any
     * @return ends it
     */
    public Subscription subscribe(String sender, String path, String interfaceName, String member, Consumer<Message> listener) {
        return subscribe(new Subscriptions.Rule(sender, path, interfaceName, member, ""), listener);
    }

    private Subscription subscribe(Subscriptions.Rule rule, Consumer<Message> listener) {
        if (!rule.sender().isEmpty() && !rule.sender().startsWith(":") && !rule.sender().equals(BUS)) {
            follow(rule.sender());
        }
        Subscriptions.Entry entry = subscriptions.add(rule, listener);
        try {
            call(BUS, BUS_PATH, BUS, "AddMatch", "s", rule.text());
        } catch (RuntimeException e) {
            subscriptions.remove(entry);
            throw e;
        }
        return () -> {
            if (subscriptions.remove(entry) && failure.isEmpty() && !closing) {
                send(Message.Type.CALL, true, nextSerial(), 0, Message.Fields.call(BUS, BUS_PATH, BUS, "RemoveMatch"), "s",
                        List.of(rule.text()));
            }
        };
    }

    private static Subscriptions.Rule ownership(String name) {
        return new Subscriptions.Rule(BUS, BUS_PATH, BUS, "NameOwnerChanged", name);
    }

    /** Signals name their sender by its unique name: learns which that is, from now on. */
    private void follow(String name) {
        if (subscriptions.knowsOwner(name)) {
            return;
        }
        call(BUS, BUS_PATH, BUS, "AddMatch", "s", ownership(name).text());
        try {
            subscriptions.owner(name, call(BUS, BUS_PATH, BUS, "GetNameOwner", "s", name).get(0, String.class));
        } catch (DBusException e) {
            if (!e.name().equals(DBusException.NAME_HAS_NO_OWNER)) {
                throw e;
            }
            subscriptions.owner(name, "");
        }
    }

    /**
     * Emits a signal.
     *
     * @param destination who alone shall hear of it; empty: all who listen
     */
    public void emit(String destination, String path, String interfaceName, String member, String signature, Object... values) {
        send(Message.Type.SIGNAL, true, nextSerial(), 0, new Message.Fields(path, interfaceName, member, "", destination, ""), signature,
                Arrays.asList(values));
    }

    /** Hears when a name loses its owner: whoever was behind it has gone. */
    public Subscription onNameLost(String name, Runnable listener) {
        return subscribe(ownership(name), m -> {
            if (m.get(2, String.class).isEmpty()) {
                listener.run();
            }
        });
    }

    /** Hears once when the bus goes, with the reason; at once if it has gone. Not if this side closes. */
    public void onLost(Consumer<String> listener) {
        synchronized (lossListeners) {
            if (failure.isEmpty()) {
                lossListeners.add(listener);
                return;
            }
        }
        listener.accept(failure.get());
    }

    /** Idempotent. Not on the connection's own thread. */
    @Override
    public void close() {
        if (Thread.currentThread() == reader) {
            throw new IllegalStateException("closed on the connection's own thread");
        }
        closing = true;
        boolean interrupted = false;
        transport.wake();
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (failure.isEmpty()) {
            fail("closed");
        }
        transport.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
