package lumen.wayland;

import java.util.Arrays;

/**
 * Which id is which object. The client's ids start at 1 and are used again after {@code delete_id}, newest
 * first; the compositor's start at 0xff000000.
 */
final class ObjectTable {
    static final int SERVER_BASE = 0xff00_0000;
    /** More live objects than any use lumen has; a peer can't make the tables grow beyond. */
    static final int CAPACITY = 1 << 16;

    private Proxy[] client = new Proxy[64];
    private Proxy[] server = new Proxy[8];
    private int[] reusable = new int[64];
    private int reusableCount;
    private int next = 1;

    void add(Proxy object) {
        int id = reusableCount > 0 ? reusable[--reusableCount] : next++;
        if (id >= CAPACITY) {
            throw new WaylandException("more than " + CAPACITY + " objects");
        }
        if (id >= client.length) {
            client = Arrays.copyOf(client, client.length * 2);
        }
        object.id = id;
        object.state = Proxy.State.LIVE;
        client[id] = object;
    }

    void addServer(Proxy object, int id) {
        int index = id - SERVER_BASE;
        if (Integer.compareUnsigned(id, SERVER_BASE) < 0 || index >= CAPACITY) {
            throw new WaylandException("object id " + Integer.toUnsignedString(id) + " is not the compositor's to give");
        }
        if (index >= server.length) {
            server = Arrays.copyOf(server, Math.max(index + 1, server.length * 2));
        }
        object.id = id;
        object.state = Proxy.State.LIVE;
        server[index] = object;
    }

    /** The object, or {@code null}. */
    Proxy get(int id) {
        if (Integer.compareUnsigned(id, SERVER_BASE) >= 0) {
            int index = id - SERVER_BASE;
            return index < server.length ? server[index] : null;
        }
        return id > 0 && id < client.length ? client[id] : null;
    }

    /** The compositor has let go of an id of ours. False: it never was one. */
    boolean deleted(int id) {
        Proxy object = id > 0 && id < client.length ? client[id] : null;
        if (object == null) {
            return false;
        }
        object.state = Proxy.State.FREE;
        client[id] = null;
        if (reusableCount == reusable.length) {
            reusable = Arrays.copyOf(reusable, reusableCount * 2);
        }
        reusable[reusableCount++] = id;
        return true;
    }
}
