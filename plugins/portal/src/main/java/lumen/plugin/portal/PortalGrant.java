package lumen.plugin.portal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Subscription;
import lumen.dbus.Variant;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Notes;

/**
 * A session that the portal has granted.
 *
 * @param session object path
 * @param devices what may be driven, a union of {@code AvailableDeviceTypes}
 * @param closed  ends listening for the portal's closing it
 */
record PortalGrant(String session, PortalStream stream, int devices, Subscription closed) {
    private static final System.Logger LOG = System.getLogger(PortalGrant.class.getName());
    /**
     * Asks for a picture and, where that is possible, for input. Blocks while the user is asked.
     *
     * @param limit    how long the user may take
     * @param onClosed called on the bus's thread when the portal closes the session
     * @throws BackendException if it is refused; nothing is left then
     */
    static PortalGrant ask(DBusConnection bus, PortalRequests requests, Abilities abilities, DisplayRequest request, Notes notes,
                           Duration limit, Runnable onClosed) {
        String main = abilities.input() ? PortalApi.REMOTE_DESKTOP : PortalApi.SCREEN_CAST;
        String token = PortalRequests.token();
        // The session may be closed at any time from its creation on.
        Subscription closed = bus.subscribe(PortalApi.NAME, requests.path("session", token), PortalApi.SESSION, "Closed", m -> onClosed.run());
        String session = "";
        try {
            session = PortalStream.value(requests.make(PortalApi.CALL_LIMIT, main, "CreateSession",
                    Map.of("session_handle_token", Variant.of(token)), ""), "session_handle", String.class)
                    .orElseThrow(() -> new BackendException("the portal has created no session"));
            if (!session.equals(requests.path("session", token))) {
                closed.close();
                closed = bus.subscribe(PortalApi.NAME, session, PortalApi.SESSION, "Closed", m -> onClosed.run());
            }
            String note = "portal/" + request.client() + "/" + (abilities.input() ? "remote-desktop" : "screen-cast");
            Map<String, Variant> memory = memory(abilities, notes.get(note));
            if (abilities.input()) {
                Map<String, Variant> devices = new HashMap<>(memory);
                devices.put("types", Variant.unsigned(abilities.devices() & PortalApi.ALL_DEVICES));
                requests.make(PortalApi.CALL_LIMIT, main, "SelectDevices", devices, "o", session);
            }
            // Some desktops ask here already.
            requests.make(limit, PortalApi.SCREEN_CAST, "SelectSources",
                    sources(abilities, request, abilities.input() ? Map.of() : memory), "o", session);
            // A token serves once, whatever comes of it.
            notes.get(note).ifPresent(used -> notes.put(note, ""));
            Map<?, ?> results = requests.make(limit, main, "Start", Map.of(), "os", session, "");
            PortalStream.value(results, "restore_token", String.class).ifPresent(next -> notes.put(note, next));
            return new PortalGrant(session, PortalStream.first(results),
                    PortalStream.value(results, "devices", Integer.class).orElse(0), closed);
        } catch (RuntimeException e) {
            closed.close();
            close(bus, session);
            throw e;
        }
    }

    private static Map<String, Variant> memory(Abilities abilities, Optional<String> token) {
        if (!abilities.remembers()) {
            return Map.of();
        }
        Map<String, Variant> options = new HashMap<>();
        options.put("persist_mode", Variant.unsigned(PortalApi.PERSIST));
        token.ifPresent(text -> options.put("restore_token", Variant.of(text)));
        return options;
    }

    private static Map<String, Variant> sources(Abilities abilities, DisplayRequest request, Map<String, Variant> memory) {
        Map<String, Variant> options = new HashMap<>(memory);
        options.put("types", Variant.unsigned(abilities.source(request.output().isPresent())));
        options.put("multiple", Variant.of(false));
        if (abilities.screenCast() >= PortalApi.CURSOR_SINCE) {
            options.put("cursor_mode", Variant.unsigned(abilities.cursor()));
        }
        return options;
    }

    /** Ends the session, unless it is over. */
    void close(DBusConnection bus) {
        closed.close();
        close(bus, session);
    }

    private static void close(DBusConnection bus, String session) {
        if (session.isEmpty()) {
            return;
        }
        try {
            bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, session, PortalApi.SESSION, "Close", "");
        } catch (DBusException e) {
            // It goes with the connection in any case.
            LOG.log(System.Logger.Level.DEBUG, "the portal did not close the session: {0}", e.getMessage());
        }
    }
}
