package lumen.wayland;

/**
 * An object of the protocol, seen from the client. May be used again for a new object once the compositor
 * has let go of its id, so that short-lived objects cost no garbage: {@link WaylandConnection#renew}.
 */
public final class Proxy {
    /** How far an object is. */
    enum State {
        /** Not an object of the protocol yet or any more. */
        FREE,
        /** Usable. */
        LIVE,
        /** Destroyed here; events may still be under way until the compositor says {@code delete_id}. */
        ZOMBIE
    }

    private final WaylandConnection connection;
    private final Interface type;
    private final EventHandler handler;
    private final int version;
    int id;
    State state = State.FREE;

    Proxy(WaylandConnection connection, Interface type, int version, EventHandler handler) {
        this.connection = connection;
        this.type = type;
        this.version = version;
        this.handler = handler;
    }

    public int id() {
        return id;
    }

    public Interface type() {
        return type;
    }

    /** The version it was bound with, or its parent's. */
    public int version() {
        return version;
    }

    EventHandler handler() {
        return handler;
    }

    /** True while it stands for an object that can take requests. */
    public boolean live() {
        return state == State.LIVE;
    }

    /** True if it may be given to {@link WaylandConnection#renew}. */
    public boolean free() {
        return state == State.FREE;
    }

    /** Begins a request; append its arguments in order and {@link Request#send} it. */
    public Request request(int opcode) {
        return connection.begin(this, opcode);
    }

    /** Sends a destructor request without arguments and gives the object up. Idempotent. */
    public void destroy(int opcode) {
        if (state == State.LIVE) {
            request(opcode).send();
            connection.retire(this);
        }
    }

    /** A new object of a type, to be passed as {@code n} argument of the request that makes it. */
    public Proxy child(Interface childType, EventHandler childHandler) {
        Proxy child = new Proxy(connection, childType, version, childHandler);
        connection.renew(child);
        return child;
    }

    @Override
    public String toString() {
        return type + "@" + Integer.toUnsignedString(id);
    }
}
