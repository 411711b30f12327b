package lumen.plugin.kwin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.wayland.Heartbeat;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * A connection to KWin with a thread of its own, on which all of it happens: events, and the tasks that others hand in. It
 * ends with KWin, or when KWin stops answering.
 */
final class KwinConnection implements AutoCloseable {
    /** For an answer to something that costs KWin nothing. */
    static final Duration ANSWER = Duration.ofSeconds(3);
    private static final long CLOSE_MILLIS = 7_000;

    private final WaylandConnection wayland;
    private final Thread thread;
    private final Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
    private Heartbeat heartbeat;
    private Registry registry;
    private KwinOutputs outputs;
    private volatile Runnable afterEvents = () -> { };
    private volatile String end = "";
    private volatile boolean closing;

    private record Task<T>(Supplier<T> work, CompletableFuture<T> answer) {
        /** @throws WaylandException if the connection is lost, which the answer tells too */
        void run() {
            try {
                answer.complete(work.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
                if (e instanceof WaylandException) {
                    throw e;
                }
            }
        }
    }

    private KwinConnection(WaylandConnection wayland, String name) {
        this.wayland = wayland;
        thread = Thread.ofPlatform().daemon().name("lumen-" + name).start(this::run);
    }

    /**
     * @param name of the thread
     * @throws BackendException if no compositor answers there
     */
    static KwinConnection open(Path socket, String name) {
        KwinConnection connection;
        try {
            connection = new KwinConnection(WaylandConnection.connect(socket), name);
        } catch (WaylandException | PosixException e) {
            throw new BackendException(e.getMessage(), e);
        }
        try {
            connection.call(connection::setUp, ANSWER.multipliedBy(2));
            return connection;
        } catch (BackendException e) {
            connection.close();
            throw e;
        }
    }

    private Void setUp() {
        registry = Registry.of(wayland, ANSWER);
        outputs = new KwinOutputs(wayland, registry);
        wayland.roundTrip(ANSWER);
        heartbeat = new Heartbeat(wayland);
        return null;
    }

    private void run() {
        try {
            while (!closing) {
                for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                if (heartbeat == null) {
                    wayland.dispatch(-1);
                } else {
                    heartbeat.dispatch(-1);
                    afterEvents.run();
                }
            }
            end = "the connection has been closed";
        } catch (RuntimeException e) {
            end = e.getMessage();
        }
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            task.answer.completeExceptionally(new BackendException(end));
        }
    }

    /**
     * Runs {@code work} on the connection's thread.
     *
     * @throws BackendException of the work, or if it isn't done within {@code limit}
     */
    <T> T call(Supplier<T> work, Duration limit) {
        Task<T> task = new Task<>(work, new CompletableFuture<>());
        tasks.add(task);
        wayland.wakeUp();
        if (!end.isEmpty()) {
            task.answer.completeExceptionally(new BackendException(end));
        }
        try {
            return task.answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BackendException b ? b : new BackendException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            tasks.remove(task);
            throw new BackendException("KWin has not answered within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted", e);
        }
    }

    /**
     * Dispatches until something has happened. On the connection's thread.
     *
     * @param what ends "KWin has not …"
     * @throws BackendException if it does not happen in time
     */
    void await(String what, BooleanSupplier happened, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!happened.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || closing) {
                throw new BackendException("KWin has not " + what + " within " + limit.toMillis() + " ms");
            }
            heartbeat.dispatch((int) Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, 1000));
        }
    }

    /** What the connection's thread does whenever events may have come. */
    void afterEvents(Runnable what) {
        afterEvents = what;
    }

    /** On the connection's thread. */
    WaylandConnection wayland() {
        return wayland;
    }

    /** On the connection's thread. */
    Registry registry() {
        return registry;
    }

    /** On the connection's thread. */
    KwinOutputs outputs() {
        return outputs;
    }

    /** Any thread. */
    boolean alive() {
        return end.isEmpty() && !closing;
    }

    /** Why it isn't alive; empty while it is. Any thread. */
    String end() {
        return end;
    }

    /** Hangs up; KWin drops all that was made here. Idempotent. */
    @Override
    public void close() {
        closing = true;
        wayland.wakeUp();
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        wayland.close();
    }
}
