package lumen.plugin.portal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Message;
import lumen.dbus.Subscription;
import lumen.dbus.Variant;
import lumen.spi.BackendException;

/**
 * Makes requests of the portal and waits for their responses, which are signals ({@code org.freedesktop.portal.Request.xml}).
 * Whoever waits is told when the portal goes.
 */
final class PortalRequests {
    private static final System.Logger LOG = System.getLogger(PortalRequests.class.getName());
    /** A response that takes longer waits for the user. */
    private static final Duration DIALOG_AFTER = Duration.ofSeconds(2);
    /** {@code Response}'s first value. */
    private static final int GRANTED = 0;
    private static final int CANCELLED = 1;

    private final DBusConnection bus;
    private final DialogAdvice advice;
    private final CompletableFuture<Message> gone = new CompletableFuture<>();

    PortalRequests(DBusConnection bus, DialogAdvice advice) {
        this.bus = bus;
        this.advice = advice;
        bus.onLost(why -> gone.completeExceptionally(new DBusException("the session bus has gone: " + why)));
        bus.onNameLost(PortalApi.NAME, () -> gone.completeExceptionally(new DBusException("the portal has gone")));
    }

    /** Something unused for the last element of a request's or session's path. */
    static String token() {
        return "lumen" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
    }

    /** Where requests or sessions of this connection lie. */
    String path(String kind, String token) {
        return PortalApi.PATH + "/" + kind + "/" + bus.uniqueName().substring(1).replace('.', '_') + "/" + token;
    }

    /**
     * Makes a request.
     *
     * @param signature of the arguments before the options, which come last
     * @param limit     for the user too, if one is asked
     * @return the results
     * @throws BackendException if the user or the portal refuses, or nobody answers in time
     */
    Map<?, ?> make(Duration limit, String interfaceName, String member, Map<String, Variant> options, String signature, Object... arguments) {
        String token = token();
        Map<String, Variant> all = new HashMap<>(options);
        all.put("handle_token", Variant.of(token));
        Object[] values = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        values[arguments.length] = all;
        CompletableFuture<Message> response = new CompletableFuture<>();
        gone.whenComplete((none, why) -> response.completeExceptionally(why));
        String expected = path("request", token);
        // The response may come before the call is answered: listen first.
        Subscription early = listen(expected, response);
        Subscription late = null;
        String handle = expected;
        try {
            handle = bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, PortalApi.PATH, interfaceName, member, signature + "a{sv}", values)
                    .get(0, String.class);
            if (!handle.equals(expected)) {
                // Portals before 0.9 chose the path themselves.
                late = listen(handle, response);
            }
            return results(member, await(response, limit, member));
        } catch (DBusException e) {
            throw new BackendException("the portal's " + member + " failed: " + e.getMessage(), e);
        } catch (BackendException e) {
            closeRequest(handle, response);
            throw e;
        } finally {
            early.close();
            if (late != null) {
                late.close();
            }
        }
    }

    private Subscription listen(String path, CompletableFuture<Message> response) {
        return bus.subscribe(PortalApi.NAME, path, PortalApi.REQUEST, "Response", response::complete);
    }

    private Message await(CompletableFuture<Message> response, Duration limit, String member) {
        try {
            try {
                return response.get(Math.min(DIALOG_AFTER.toNanos(), limit.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (limit.compareTo(DIALOG_AFTER) <= 0) {
                    throw e;
                }
                LOG.log(System.Logger.Level.WARNING, "the desktop asks its user whether lumen may show and control it, and waits up to "
                        + "{0} s for the answer; {1}", limit.toSeconds(), advice.text());
                return response.get(limit.minus(DIALOG_AFTER).toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            throw new BackendException("nobody has answered the dialog that the portal shows for " + member + " within " + limit.toSeconds()
                    + " s; " + advice.text(), e);
        } catch (ExecutionException e) {
            throw new BackendException("the portal's " + member + " failed: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted while waiting for the portal's " + member, e);
        }
    }

    private Map<?, ?> results(String member, Message response) {
        int answer = response.get(0, Integer.class);
        return switch (answer) {
            case GRANTED -> response.get(1, Map.class);
            case CANCELLED -> throw new BackendException("the user has refused " + member + " in the portal's dialog");
            default -> throw new BackendException("the portal has ended " + member + " (response " + answer + "); its own log says why: "
                    + "journalctl --user -u 'xdg-desktop-portal*'");
        };
    }

    /** Takes the dialog away that nobody waits for any more. */
    private void closeRequest(String handle, CompletableFuture<Message> response) {
        if (response.isDone()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, handle, PortalApi.REQUEST, "Close", "");
        } catch (DBusException e) {
            LOG.log(System.Logger.Level.DEBUG, "a request was not closed: {0}", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
