package lumen.host.control;

import lumen.core.control.FrameFecStatus;
import lumen.core.input.InputEvent;

/**
 * A session's ear on its control stream. Called on the server's thread, which serves all sessions: no call
 * may block. {@link #disconnected} comes exactly once for each registration, last.
 */
public interface ControlListener {

    /** The client has connected and proved that it holds the key. */
    void connected(ControlConnection connection);

    /** The client needs an IDR frame; also its first message. Repeats are common. */
    void idrRequested();

    /** Frames {@code first} to {@code last} are lost; don't refer to them any more. */
    void referencesInvalid(long first, long last);

    /** An input event, in the order of its channel. */
    void input(InputEvent event);

    /** How an FEC block fared that needed recovery or was lost. */
    void frameFecStatus(FrameFecStatus status);

    /** A genuine message of any kind arrived at that {@link System#nanoTime()}; at least every 100 ms from a healthy client. */
    void clientAlive(long nowNanos);

    /** The control stream is over; nothing follows. */
    void disconnected(DisconnectReason reason);
}
