package lumen.core.session;

/**
 * The life of one client's app: launched → starting → running → lingering → … → ended, and the deadlines of
 * each. A stream's end leaves the app lingering; only cancel, app exit or the linger limit end it
 * (control plane, section 9).
 *
 * <p>Callers report events with the time and act on {@link #poll}. Not thread-safe: one thread, or one lock.
 */
public final class SessionMachine {
    /** Where the app and its stream are. */
    public enum State {
        /** A ticket waits for RTSP. */
        LAUNCHED,
        /** ANNOUNCE was accepted; pings and the control connection are awaited. */
        STARTING,
        /** The control connection is up. */
        RUNNING,
        /** The app runs, nobody streams. */
        LINGERING,
        /** Nothing is left. */
        ENDED
    }

    /** What the caller must do now. */
    public enum Action {
        NOTHING,
        /** Forget the ticket: RTSP never came. */
        DROP_TICKET,
        /** Free the stream: pings or the control connection never came. */
        STOP_UNSTARTED_STREAM,
        /** Free the stream: the client was not heard of for too long. */
        STOP_SILENT_STREAM,
        /** End the app: nobody resumed it in time. */
        END_APP
    }

    /** Limits in nanoseconds; lingerNanos 0 = for ever. */
    public record Limits(long ticketNanos, long startNanos, long silenceNanos, long lingerNanos) {
        /** Ten seconds each, as clients expect; the app lingers until it is cancelled. */
        public static final Limits STANDARD = new Limits(LaunchTicket.LIFETIME_NANOS, 10_000_000_000L, 10_000_000_000L, 0);
    }

    private final Limits limits;
    private State state = State.LAUNCHED;
    private long since;
    private long announcedAt;
    private long lastHeard;
    private boolean audioPinged;
    private boolean videoPinged;

    public SessionMachine(Limits limits, long nowNanos) {
        this.limits = limits;
        since = nowNanos;
    }

    /** The life of a client that has nothing running. */
    public static SessionMachine over() {
        SessionMachine machine = new SessionMachine(Limits.STANDARD, 0);
        machine.ended(0);
        return machine;
    }

    public State state() {
        return state;
    }

    /** What /serverinfo reports: depends on the app, never on streams. */
    public boolean busy() {
        return state != State.ENDED;
    }

    public boolean streaming() {
        return state == State.STARTING || state == State.RUNNING;
    }

    /** ANNOUNCE: allowed once a ticket. False: refuse it, nothing changes. */
    public boolean announced(long nowNanos) {
        if (state != State.LAUNCHED) {
            return false;
        }
        enter(State.STARTING, nowNanos);
        announcedAt = nowNanos;
        audioPinged = false;
        videoPinged = false;
        return true;
    }

    /** The control connection was matched. False: disconnect it, there is no stream that waits for it. */
    public boolean controlConnected(long nowNanos) {
        if (state != State.STARTING) {
            return false;
        }
        enter(State.RUNNING, nowNanos);
        return true;
    }

    /** Any event on the control connection. */
    public void controlHeard(long nowNanos) {
        lastHeard = nowNanos;
    }

    public void audioPinged() {
        audioPinged = true;
    }

    public void videoPinged() {
        videoPinged = true;
    }

    /** The client left or the stream failed: the app goes on. */
    public void streamEnded(long nowNanos) {
        if (state == State.STARTING || state == State.RUNNING) {
            enter(State.LINGERING, nowNanos);
        }
    }

    /**
     * /resume: a new ticket for the running app. A stream of the same client that has not timed out yet is
     * replaced.
     *
     * @return false if nothing runs
     */
    public boolean resumed(long nowNanos) {
        if (state == State.ENDED) {
            return false;
        }
        enter(State.LAUNCHED, nowNanos);
        return true;
    }

    /** /cancel, the app's own exit, or the host's end. */
    public void ended(long nowNanos) {
        if (state != State.ENDED) {
            enter(State.ENDED, nowNanos);
        }
    }

    /** Looks at the deadlines; an action other than NOTHING is given once and has changed the state. */
    public Action poll(long nowNanos) {
        return switch (state) {
            case LAUNCHED -> due(since, limits.ticketNanos, nowNanos, State.LINGERING, Action.DROP_TICKET);
            case STARTING -> due(since, limits.startNanos, nowNanos, State.LINGERING, Action.STOP_UNSTARTED_STREAM);
            case RUNNING -> {
                if (!(audioPinged && videoPinged) && nowNanos - announcedAt >= limits.startNanos) {
                    enter(State.LINGERING, nowNanos);
                    yield Action.STOP_UNSTARTED_STREAM;
                }
                yield due(lastHeard, limits.silenceNanos, nowNanos, State.LINGERING, Action.STOP_SILENT_STREAM);
            }
            case LINGERING -> limits.lingerNanos == 0 ? Action.NOTHING
                : due(since, limits.lingerNanos, nowNanos, State.ENDED, Action.END_APP);
            case ENDED -> Action.NOTHING;
        };
    }

    private Action due(long from, long limit, long nowNanos, State next, Action action) {
        if (nowNanos - from < limit) {
            return Action.NOTHING;
        }
        enter(next, nowNanos);
        return action;
    }

    private void enter(State next, long nowNanos) {
        state = next;
        since = nowNanos;
        lastHeard = nowNanos;
    }
}
