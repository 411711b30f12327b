package lumen.dbus;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import lumen.posix.CurrentProcess;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/**
 * The byte stream to a bus: authentication (SASL, D-Bus Specification, "Authentication Protocol"), then messages. One thread
 * reads; any may write.
 */
final class Transport implements AutoCloseable {
    private static final int READ_SIZE = 64 * 1024;
    private static final int MAX_LINE = 16 * 1024;
    /** Descriptors that wait for their message: as many as one may have, as the bus limits it, and then some. */
    private static final int MAX_WAITING_FDS = 256;

    private final UnixSocket reading;
    /** The same socket, since the two directions may be used at a time and a {@link UnixSocket} by one thread only. */
    private final UnixSocket writing;
    private final EventFd wake = new EventFd();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment chunk = arena.allocate(READ_SIZE, 8);
    private final PollSet poll = new PollSet(2);
    private final int[] receivedFds = new int[UnixSocket.MAX_FDS];
    private final List<Fd> fds = new ArrayList<>();
    private final Object writeLock = new Object();
    /** What has been read, from its first byte on. */
    private ByteBuffer buffered = ByteBuffer.allocate(READ_SIZE).flip();
    private boolean broken;
    private boolean closed;

    /** @param socket connected; owned from now on */
    Transport(UnixSocket socket) {
        reading = socket;
        writing = UnixSocket.own(Fd.duplicateOf(socket.fd()).release());
        poll.set(0, reading.fd(), PollSet.IN);
        poll.set(1, wake.fd(), PollSet.IN);
    }

    /** @throws DBusException if nobody listens there */
    static Transport connect(BusAddress address) {
        try {
            UnixSocket socket = address.abstractSocket() ? UnixSocket.connectAbstract(address.name())
                    : UnixSocket.connect(Path.of(address.name()));
            return new Transport(socket);
        } catch (PosixException | InvalidPathException e) {
            throw new DBusException("no D-Bus at " + address + ": " + e.getMessage(), e);
        }
    }

    /** The kernel tells the bus who we are. */
    void authenticate(long deadline) {
        int uid = CurrentProcess.uid();
        String hex = HexFormat.of().formatHex(Integer.toString(uid).getBytes(StandardCharsets.US_ASCII));
        say("\0AUTH EXTERNAL " + hex, deadline);
        String answer = line(deadline);
        if (!answer.startsWith("OK ")) {
            throw new DBusException("the bus doesn't let uid " + uid + " in: " + answer);
        }
        say("NEGOTIATE_UNIX_FD", deadline);
        answer = line(deadline);
        if (!answer.equals("AGREE_UNIX_FD")) {
            throw new DBusException("the bus passes no descriptors: " + answer);
        }
        say("BEGIN", deadline);
    }

    private void say(String line, long deadline) {
        write((line + "\r\n").getBytes(StandardCharsets.US_ASCII), List.of(), deadline);
    }

    private String line(long deadline) {
        while (true) {
            for (int i = buffered.position(); i + 1 < buffered.limit(); i++) {
                if (buffered.get(i) == '\r' && buffered.get(i + 1) == '\n') {
                    byte[] line = new byte[i - buffered.position()];
                    buffered.get(line);
                    buffered.position(i + 2);
                    return new String(line, StandardCharsets.US_ASCII);
                }
            }
            if (buffered.remaining() > MAX_LINE) {
                throw new DBusException("the bus answers with an endless line");
            }
            long left = deadline - System.nanoTime();
            if (left < 0) {
                throw new DBusException("the bus does not answer");
            }
            poll.await((int) (left / 1_000_000 + 1));
            if (!receive()) {
                throw new DBusException("the bus has closed the connection");
            }
        }
    }

    /**
     * Writes a message whole.
     *
     * @param with descriptors to send along, still their owner's
     * @throws DBusException if the bus has gone or takes no more; nothing can be written after that
     */
    void write(byte[] bytes, List<Fd> with, long deadline) {
        synchronized (writeLock) {
            if (broken || closed) {
                throw new DBusException("the bus has gone");
            }
            broken = true;
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment out = scratch.allocate(bytes.length);
                MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, 0, bytes.length);
                int[] numbers = with.stream().mapToInt(Fd::value).toArray();
                int count = numbers.length;
                for (long at = 0; at < bytes.length;) {
                    int n = writing.send(out, at, bytes.length - at, numbers, count);
                    if (n > 0) {
                        at += n;
                        count = 0;
                    } else {
                        awaitWritable(deadline);
                    }
                }
                broken = false;
            } catch (PosixException e) {
                throw new DBusException("the bus has gone: " + e.getMessage(), e);
            } catch (IllegalStateException | IllegalArgumentException e) {
                // A closed descriptor, or too many: the caller's fault, and nothing was sent.
                broken = false;
                throw e;
            } finally {
                if (broken) {
                    wake.signal();
                }
            }
        }
    }

    private void awaitWritable(long deadline) {
        long left = deadline - System.nanoTime();
        if (left < 0) {
            throw new DBusException("the bus takes no more messages");
        }
        try (PollSet room = new PollSet(1)) {
            room.set(0, writing.fd(), PollSet.OUT);
            room.await((int) (left / 1_000_000 + 1));
        }
    }

    /** Reads what is there. False if the bus has closed. */
    private boolean receive() {
        int n;
        try {
            n = reading.receive(chunk, 0, READ_SIZE, receivedFds, 0);
        } finally {
            for (int i = 0; i < reading.receivedFds(); i++) {
                fds.add(Fd.own(receivedFds[i]));
            }
        }
        if (n > 0) {
            append(n);
        }
        if (fds.size() > MAX_WAITING_FDS) {
            throw new DBusException(fds.size() + " descriptors without a message");
        }
        return n != 0;
    }

    private void append(int n) {
        if (buffered.capacity() - buffered.limit() < n) {
            int needed = buffered.remaining() + n;
            ByteBuffer next = needed > buffered.capacity() ? ByteBuffer.allocate(2 * needed) : buffered;
            buffered = next == buffered ? buffered.compact().flip() : next.put(buffered).flip();
        }
        int end = buffered.limit();
        buffered.limit(end + n);
        MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, buffered.array(), end, n);
    }

    /**
     * Waits for the next message. The reading thread's.
     *
     * @return {@code null} after {@link #wake}
     * @throws DBusException if the bus has gone or sends no messages
     */
    Message next() {
        try {
            while (true) {
                Message message = whole();
                if (message != null) {
                    return message;
                }
                poll.await(-1);
                if (poll.happened(1) != 0) {
                    return null;
                }
                if (!receive()) {
                    throw new DBusException("the bus has closed the connection");
                }
            }
        } catch (PosixException e) {
            throw new DBusException("the bus has gone: " + e.getMessage(), e);
        }
    }

    private Message whole() {
        if (buffered.remaining() < Header.FIXED) {
            return null;
        }
        Header.Lengths lengths = Header.Lengths.of(buffered.slice());
        int length = lengths.header() + lengths.body();
        if (buffered.remaining() < length) {
            return null;
        }
        ByteBuffer bytes = buffered.slice(buffered.position(), length);
        buffered.position(buffered.position() + length);
        // Descriptors arrive with the first byte of their message, and messages are read in order.
        return Message.parse(bytes, fds);
    }

    /** Ends {@link #next}, now and from now on. Any thread. */
    void wake() {
        wake.signal();
    }

    /** Idempotent. Nobody may be in {@link #next}. */
    @Override
    public void close() {
        synchronized (writeLock) {
            if (closed) {
                return;
            }
            closed = true;
            writing.close();
        }
        reading.close();
        wake.close();
        poll.close();
        fds.forEach(Fd::close);
        fds.clear();
        arena.close();
    }
}
