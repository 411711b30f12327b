package lumen.plugin.kwin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.wayland.Proxy;

/**
 * How a display's output relates to the user's others while it lasts. KWin keeps an arrangement for each set of outputs that
 * has been plugged in together, and goes back to that of the user's own when ours is unplugged. So a change is undone in the
 * set with ours, before it goes; else the client's next visit would begin with it. On the connection's thread.
 */
final class Arrangement {
    private static final System.Logger LOG = System.getLogger(Arrangement.class.getName());
    /** A change is refused if outputs come or go meanwhile. */
    private static final int ATTEMPTS = 3;

    private final KwinConnection connection;
    private final Proxy management;
    private final Path socket;
    private final String own;
    private final DisplayRequest request;
    private final HostContext host;
    private Optional<Before> before = Optional.empty();
    private Optional<Journal.Entry> note = Optional.empty();

    /**
     * What was there before.
     *
     * @param off   outputs that have been switched off
     * @param order all that were on, the primary one first
     */
    record Before(List<String> off, List<String> order) {
        String text() {
            return String.join(" ", off) + "\n" + String.join(" ", order);
        }

        static Before parse(String text) {
            String[] lines = text.split("\n", -1);
            return new Before(words(lines[0]), words(lines.length > 1 ? lines[1] : ""));
        }

        private static List<String> words(String line) {
            return List.of(line.split(" ")).stream().filter(w -> !w.isEmpty()).toList();
        }
    }

    Arrangement(KwinConnection connection, Proxy management, Path socket, String own, DisplayRequest request, HostContext host) {
        this.connection = connection;
        this.management = management;
        this.socket = socket;
        this.own = own;
        this.request = request;
        this.host = host;
    }

    private static String key(String client) {
        return KwinProvider.ID + "/" + client + "/restore";
    }

    /** @throws BackendException if KWin refuses; what was changed until then is undone by {@link #undo} */
    void make() {
        host.notes().get(key(request.client())).ifPresent(this::catchUp);
        List<String> others = connection.outputs().order().stream().filter(name -> !name.equals(own)).toList();
        switch (request.placement()) {
            case EXTEND -> { }
            case PRIMARY -> {
                note(new Before(List.of(), others), "the primary output changed for session ");
                order(connection, management, prepended(own, others));
            }
            case ONLY -> {
                List<String> users = HeldOutputs.hold(socket, others.stream().filter(name -> !OutputName.ours(name)).toList());
                note(new Before(users, others), "outputs switched off for session ");
                switchOff(users);
                order(connection, management, List.of(own));
            }
        }
        // KWin arranges anew when an output comes, also those that another session has switched off.
        switchOff(HeldOutputs.all(socket).stream().filter(name -> !name.equals(own)).toList());
    }

    /** Puts right what a visit before left in KWin's memory. Failing is no reason not to stream. */
    private void catchUp(String text) {
        host.notes().put(key(request.client()), "");
        try {
            restore(connection, management, Before.parse(text), own);
        } catch (BackendException e) {
            LOG.log(System.Logger.Level.WARNING, "outputs stay as the visit before has left them: {0}", e.getMessage());
        }
    }

    private static List<String> prepended(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    private void note(Before found, String what) {
        before = Optional.of(found);
        note = Optional.of(host.journal().change(KwinProvider.ID, what + request.session(), Map.of("socket", socket.toString(),
                "since", SessionSocket.since(socket), "client", request.client(), "before", found.text())));
    }

    private void switchOff(List<String> names) {
        List<KwinOutput> on = connection.outputs().all().stream().filter(o -> o.enabled() && names.contains(o.name())).toList();
        if (!on.isEmpty()) {
            require("switch off " + names, attempt(connection, management, change -> {
                on.forEach(o -> change.enable(o, false));
                return change;
            }));
        }
    }

    private static void require(String what, Optional<String> refusal) {
        refusal.ifPresent(reason -> {
            throw new BackendException("KWin refuses to " + what + ": " + reason);
        });
    }

    private static void order(KwinConnection connection, Proxy management, List<String> first) {
        // Each output that is on needs a place of its own.
        List<KwinOutput> all = new ArrayList<>();
        first.forEach(name -> connection.outputs().named(name).filter(KwinOutput::enabled).ifPresent(all::add));
        connection.outputs().order().forEach(name -> connection.outputs().named(name)
                .filter(o -> o.enabled() && !all.contains(o)).ifPresent(all::add));
        require("reorder " + first, attempt(connection, management, change -> {
            for (int i = 0; i < all.size(); i++) {
                change.priority(all.get(i), i + 1);
            }
            return change;
        }));
    }

    private static Optional<String> attempt(KwinConnection connection, Proxy management, UnaryOperator<OutputChange> what) {
        Optional<String> refused = Optional.empty();
        for (int i = 0; i < ATTEMPTS; i++) {
            refused = what.apply(OutputChange.begin(connection, management)).apply();
            if (refused.isEmpty()) {
                return refused;
            }
        }
        return refused;
    }

    private static void restore(KwinConnection connection, Proxy management, Before before, String own) {
        List<KwinOutput> off = connection.outputs().all().stream().filter(o -> !o.enabled() && before.off().contains(o.name()))
                .toList();
        if (!off.isEmpty()) {
            require("switch on " + before.off(), attempt(connection, management, change -> {
                off.forEach(o -> change.enable(o, true));
                return change;
            }));
            connection.await("switched on " + before.off(), () -> off.stream().allMatch(o -> o.enabled() || o.removed()),
                    KwinConnection.ANSWER);
        }
        if (connection.outputs().order().size() > 1) {
            order(connection, management, before.order().stream().filter(name -> !name.equals(own)).toList());
        }
    }

    /** Undoes the change while the output is still there. If KWin can't be reached, the client's next visit does. */
    void undo() {
        if (before.isEmpty()) {
            return;
        }
        Before found = release();
        try {
            restore(connection, management, found, own);
        } catch (RuntimeException e) {
            putOff(e.getMessage());
            return;
        }
        note.ifPresent(Journal.Entry::close);
        before = Optional.empty();
    }

    private Before release() {
        Before found = before.orElseThrow();
        return new Before(HeldOutputs.release(socket, found.off()), found.order());
    }

    /**
     * The connection is lost. KWin has gone back to the user's own set by itself; what it keeps for ours is put right later.
     * Any thread.
     */
    void abandon(String why) {
        if (before.isPresent()) {
            release();
            putOff(why);
        }
    }

    private void putOff(String why) {
        LOG.log(System.Logger.Level.WARNING, "outputs are not put back as they were: {0}; the next visit of {1} does it", why,
                request.client());
        host.notes().put(key(request.client()), before.orElseThrow().text());
        note.ifPresent(Journal.Entry::close);
        before = Optional.empty();
    }

    /** After a kill: as {@link #abandon}, and the user's outputs are looked after if that KWin still runs. */
    static void undo(Map<String, String> details, HostContext host) {
        String client = details.getOrDefault("client", "");
        Path socket = Path.of(details.getOrDefault("socket", "/"));
        Before before = Before.parse(details.getOrDefault("before", ""));
        host.notes().put(key(client), before.text());
        String since = SessionSocket.since(socket);
        if (since.isEmpty() || !since.equals(details.get("since"))) {
            return;
        }
        try (KwinConnection connection = KwinConnection.open(socket, "kwin-undo")) {
            connection.call(() -> {
                restore(connection, OutputChange.management(connection), before, "");
                return null;
            }, KwinConnection.ANSWER.multipliedBy(4));
        }
    }
}
