package lumen.plugin.ei;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lumen.ei.EiConnection;
import lumen.ei.EiDevice;
import lumen.ei.EiException;
import lumen.ei.EiInterface;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.InputRoute;

/**
 * A connection to a server that is made anew when it ends, on a thread of its own, {@code lumen-ei-again}: asking a
 * compositor for a socket may take as long as the compositor hangs.
 */
final class EiLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lumen.ei");
    /** Touch screens are left alone: to have one changes how a desktop behaves. */
    private static final Set<EiInterface> WANTED = Set.of(EiInterface.KEYBOARD, EiInterface.BUTTON, EiInterface.POINTER,
            EiInterface.POINTER_ABSOLUTE, EiInterface.SCROLL);
    /** Compositors announce devices one by one. */
    private static final Duration ALL_DEVICES = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    /** How long {@link #close} waits for a compositor that hangs. */
    private static final long CLOSE_MILLIS = 500;

    private final InputRoute.Ei route;
    private volatile Current current;
    private Thread again;
    private boolean closed;
    private long droppedBefore;

    /**
     * A connection and what is true of it.
     *
     * @param region where the display lies on this server
     */
    record Current(EiConnection connection, InputRoute.Region region) {
    }

    /** As {@link InputRoute.Ei#scrollStep}. */
    int scrollStep() {
        return route.scrollStep();
    }

    private EiLink(InputRoute.Ei route) {
        this.route = route;
    }

    /**
     * Connects, and waits until devices take events, so that the first key finds a keyboard.
     *
     * @throws EiException      if the server offers none or sends us away
     * @throws BackendException if there is no server
     */
    static EiLink open(InputRoute.Ei route) {
        Optional<AutoCloseable> kept = route.kept();
        if (kept.isPresent() && kept.get() instanceof EiLink link) {
            return link;
        }
        EiLink link = new EiLink(route);
        Current first = link.connect();
        link.take(first);
        return link;
    }

    /** The newest connection; it may have failed. */
    Current current() {
        return current;
    }

    /** Events that no device took, over all connections. */
    synchronized long dropped() {
        return droppedBefore + current.connection.dropped();
    }

    private Current connect() {
        InputRoute.Region region = route.region();
        // Told only once a connection is in use; until then a failure is thrown.
        EiConnection connection = EiConnection.connect(route.connect(), "lumen", WANTED, this::lost);
        try {
            connection.await(ALL_DEVICES);
            List<EiDevice> devices = connection.usable();
            if (devices.isEmpty()) {
                throw new EiException("the server offers no device within " + ALL_DEVICES.toSeconds() + " s");
            }
            LOG.log(System.Logger.Level.DEBUG, "emulated input through {0}, display at {1}", devices, region);
            return new Current(connection, region);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private synchronized void take(Current next) {
        if (current != null) {
            droppedBefore += current.connection.dropped();
        }
        current = next;
        // It may have ended before anybody was listening.
        if (next.connection.failure().isPresent()) {
            lost();
        }
    }

    /** On a connection's thread, or for one. */
    private synchronized void lost() {
        if (closed || again != null || current == null || current.connection.failure().isEmpty()) {
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "input is lost: {0}", current.connection.failure().get());
        again = Thread.ofPlatform().daemon().name("lumen-ei-again").start(this::tryAgain);
    }

    private void tryAgain() {
        // Its descriptors go at once, not when the next connection comes.
        current.connection.close();
        long pause = FIRST_PAUSE_MILLIS;
        String said = "";
        while (true) {
            try {
                Thread.sleep(pause);
                Current next = connect();
                synchronized (this) {
                    again = null;
                    if (!closed) {
                        LOG.log(System.Logger.Level.INFO, "input is back");
                        take(next);
                        return;
                    }
                }
                next.connection.close();
                return;
            } catch (InterruptedException e) {
                return;
            } catch (BackendException | EiException | PosixException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (!said.equals(e.getMessage())) {
                    said = String.valueOf(e.getMessage());
                    LOG.log(System.Logger.Level.DEBUG, "no input yet: {0}", said);
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /** Done with for now: kept by a route that can't connect again, else closed. */
    void leave() {
        current.connection.release();
        if (!route.keep(this)) {
            close();
        }
    }

    @Override
    public void close() {
        Thread pending;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pending = again;
        }
        current.connection.close();
        if (pending != null) {
            pending.interrupt();
            try {
                pending.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
