package lumen.pipewire;

import java.lang.foreign.Arena;
import java.util.Optional;
import lumen.posix.Fd;

/**
 * A {@code pw_thread_loop} that runs, and the {@code pw_context} in it: the thread on which all of a connection's callbacks
 * come, and the lock they hold.
 */
final class ThreadLoop implements AutoCloseable {
    private final LibPipewire lib;
    private final long loop;
    private long context;

    /**
     * Starts the thread.
     *
     * @param name of it, at most 15 characters
     * @throws PipewireException if it can't be had
     */
    ThreadLoop(LibPipewire lib, String name) {
        this.lib = lib;
        try (Arena scratch = Arena.ofConfined()) {
            loop = (long) lib.loopNew.invokeExact(scratch.allocateFrom(name).address(), 0L);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
        if (loop == 0) {
            throw new PipewireException("no thread loop can be made");
        }
        try {
            context = (long) lib.contextNew.invokeExact((long) lib.loopGet.invokeExact(loop), 0L, 0L);
            if (context == 0) {
                throw new PipewireException("no context can be made; is PipeWire's configuration installed (package pipewire-bin)?");
            }
            if ((int) lib.loopStart.invokeExact(loop) < 0) {
                throw new PipewireException("the thread loop can't be started");
            }
        } catch (Throwable t) {
            close();
            throw LibPipewire.unexpected(t);
        }
    }

    /**
     * Connects to a daemon. Under the lock.
     *
     * @param socket taken over; empty: the default daemon
     * @return its {@code pw_core}
     * @throws PipewireException if there is none
     */
    long connect(Optional<Fd> socket) {
        try {
            long core = socket.isEmpty() ? (long) lib.contextConnect.invokeExact(context, 0L, 0L)
                    : (long) lib.contextConnectFd.invokeExact(context, socket.get().release(), 0L, 0L);
            if (core == 0) {
                throw new PipewireException(socket.isEmpty() ? "no PipeWire daemon answers; is the service pipewire running?"
                        : "PipeWire does not answer on the socket it was given");
            }
            return core;
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Gives up a connection and the proxy of its registry; all other proxies go with it. Not under the lock. */
    void disconnect(long core, long registry) {
        lock();
        try {
            lib.proxyDestroy.invokeExact(registry);
            int ignored = (int) lib.coreDisconnect.invokeExact(core);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
    }

    /** Enters the loop: nothing of it runs until {@link #unlock}. Reentrant. Any thread. */
    void lock() {
        try {
            lib.loopLock.invokeExact(loop);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    void unlock() {
        try {
            lib.loopUnlock.invokeExact(loop);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Ends the thread and frees both; the core must have been disconnected. Not under the lock, and once only. */
    @Override
    public void close() {
        try {
            lib.loopStop.invokeExact(loop);
            if (context != 0) {
                lib.contextDestroy.invokeExact(context);
            }
            lib.loopDestroy.invokeExact(loop);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }
}
