package lumen.dbus;

/** Somebody who hears of certain signals, until closed. */
public interface Subscription extends AutoCloseable {
    /** Idempotent; any thread. A signal that is being delivered may still arrive. */
    @Override
    void close();
}
