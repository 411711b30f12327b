package lumen.wayland;

/** Receives an object's events, on the thread that dispatches the connection. */
@FunctionalInterface
public interface EventHandler {
    /** Ignores every event. Descriptors that come with one are closed. */
    EventHandler NONE = (object, opcode, arguments) -> { };

    /**
     * An event arrived. Its arguments have been checked against the interface; read them in order, as many
     * as are needed.
     *
     * @param arguments valid during the call only
     */
    void event(Proxy object, int opcode, EventArguments arguments);
}
