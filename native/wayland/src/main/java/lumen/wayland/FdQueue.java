package lumen.wayland;

import lumen.posix.Fd;
import lumen.posix.UnixSocket;

/** Descriptors received and not yet claimed by a message, in order. Bounded: a peer can't exhaust ours. */
final class FdQueue {
    /** A read brings at most {@link UnixSocket#MAX_FDS}; what one message leaves over is small. */
    static final int CAPACITY = 4 * UnixSocket.MAX_FDS;

    private final int[] fds = new int[CAPACITY];
    private int size;

    /** Where {@link UnixSocket#receive} may store. */
    int[] store() {
        return fds;
    }

    int size() {
        return size;
    }

    boolean hasRoomForRead() {
        return size + UnixSocket.MAX_FDS <= CAPACITY;
    }

    void added(int count) {
        size += count;
    }

    int take() {
        int fd = fds[0];
        System.arraycopy(fds, 1, fds, 0, --size);
        return fd;
    }

    void closeAll() {
        while (size > 0) {
            Fd.own(fds[--size]).close();
        }
    }
}
