package lumen.plugin.wlroots;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lumen.spi.BackendException;
import lumen.spi.FrameSignal;
import lumen.spi.PixelFormat;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import lumen.wayland.WlrProtocol;

/**
 * The conversation of {@code wlr-screencopy-v1}: announce a frame, learn the buffer it wants, have it
 * copied, hand it on. The first copy takes the picture as it is (a static screen would never be damaged),
 * the following ones wait for damage. Runs on the capture thread; allocates only when the size changes.
 */
final class Screencopy {
    /** Two held by the video thread, one ready, one being filled: the compositor never waits for us. */
    private static final int MOST_SLOTS = 4;
    /** Frame objects whose id the compositor has not given back yet. */
    private static final int MOST_FRAMES = 64;
    /** A copy fails while the output changes; so many in a row mean that it never will succeed. */
    private static final int MOST_FAILURES = 50;
    private static final long RETRY_NANOS = 20_000_000;
    private static final int OVERLAY_CURSOR = 1;

    private final WaylandConnection connection;
    private final Proxy manager;
    private final Proxy shm;
    private final Proxy output;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final EventHandler frameHandler = this::frameEvent;
    private final List<Proxy> frames = new ArrayList<>();
    private final List<ShmSlot> slots = new ArrayList<>();
    private final List<ShmSlot> retired = new ArrayList<>();
    /** What the importers read; {@code null} until the first offer. */
    private volatile Set<PixelFormat> accepted;
    private volatile PixelFormat format;

    private Proxy frame;
    private ShmSlot filling;
    private boolean described;
    private int shmFormat;
    private int width;
    private int height;
    private int stride;
    /** Scratch for one row. */
    private MemorySegment row = MemorySegment.NULL;
    private boolean yInvert;
    private boolean whole = true;
    private int epoch;
    private int failures;
    private long retryAt;

    Screencopy(WaylandConnection connection, Registry registry, Proxy output, FrameMailbox mailbox, FrameSignal signal) {
        this.connection = connection;
        this.output = output;
        this.mailbox = mailbox;
        this.signal = signal;
        // Version 3 has buffer_done, so that a wait for optional dmabuf descriptions has an end.
        manager = registry.require(WlrProtocol.SCREENCOPY_MANAGER, 3, EventHandler.NONE);
        shm = registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE);
    }

    /** Announces the first frame and waits for its description, on the opening thread. */
    void learnFormat(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        announce();
        while (!described) {
            if (System.nanoTime() > deadline) {
                throw new WaylandException("the compositor has not described its frames within " + limit.toMillis() + " ms");
            }
            connection.dispatch(50);
        }
    }

    /** @throws BackendException if the compositor's format isn't among them; any thread */
    void accept(Set<PixelFormat> formats) {
        if (!formats.contains(format)) {
            throw new BackendException("the compositor copies frames as " + format + " into memory; the importers take "
                    + (formats.isEmpty() ? "no memory frames" : formats));
        }
        accepted = formats;
    }

    /**
     * Moves the conversation on.
     *
     * @return how long to wait for events, in milliseconds; negative: until one comes
     */
    int step(boolean active) {
        sweepRetired();
        if (epoch != mailbox.epoch()) {
            epoch = mailbox.epoch();
            abandon();
            whole = true;
        }
        if (!active) {
            abandon();
            return -1;
        }
        if (frame == null) {
            long wait = failures == 0 ? 0 : retryAt - System.nanoTime();
            if (wait > 0) {
                return (int) (wait / 1_000_000) + 1;
            }
            announce();
        }
        if (described && filling == null) {
            copy();
        }
        return -1;
    }

    private void announce() {
        frame = null;
        for (int i = 0; i < frames.size() && frame == null; i++) {
            if (frames.get(i).free()) {
                frame = frames.get(i);
                connection.renew(frame);
            }
        }
        if (frame == null) {
            if (frames.size() == MOST_FRAMES) {
                throw new WaylandException("the compositor keeps " + MOST_FRAMES + " frames it has delivered");
            }
            frame = manager.child(WlrProtocol.SCREENCOPY_FRAME, frameHandler);
            frames.add(frame);
        }
        described = false;
        yInvert = false;
        manager.request(WlrProtocol.SCREENCOPY_CAPTURE_OUTPUT).newId(frame).i32(OVERLAY_CURSOR).object(output).send();
    }

    private void abandon() {
        if (frame != null) {
            frame.destroy(WlrProtocol.FRAME_DESTROY);
            frame = null;
            if (filling != null) {
                filling.state(ShmSlot.FREE);
                filling = null;
            }
        }
    }

    private void frameEvent(Proxy object, int opcode, EventArguments event) {
        if (object != frame) {
            return;
        }
        switch (opcode) {
            case WlrProtocol.FRAME_BUFFER -> buffer(event.u32(), event.u32(), event.u32(), event.u32());
            case WlrProtocol.FRAME_BUFFER_DONE -> {
                if (format == null) {
                    throw new WaylandException("the compositor offers no copy into shared memory");
                }
                described = true;
            }
            case WlrProtocol.FRAME_FLAGS -> yInvert = (event.u32() & WlrProtocol.FRAME_FLAG_Y_INVERT) != 0;
            case WlrProtocol.FRAME_DAMAGE -> {
                if (filling != null) {
                    filling.damage().add(event.u32(), event.u32(), event.u32(), event.u32(), width, height);
                }
            }
            case WlrProtocol.FRAME_READY -> ready(event.u32(), event.u32(), event.u32());
            case WlrProtocol.FRAME_FAILED -> failed();
            default -> { }
        }
    }

    private void buffer(int code, int newWidth, int newHeight, int newStride) {
        PixelFormat layout = layout(code);
        if (layout == null) {
            throw new BackendException("the compositor copies frames in the format " + Integer.toHexString(code)
                    + ", which is not supported");
        }
        if (newWidth <= 0 || newHeight <= 0 || newWidth > ModeLimits.MAX_SIZE || newHeight > ModeLimits.MAX_SIZE
                || newStride < newWidth * layout.bytesPerPixel() || (long) newStride * newHeight > Integer.MAX_VALUE) {
            throw new WaylandException("the compositor describes a frame of " + newWidth + "x" + newHeight + " with rows of "
                    + newStride + " bytes");
        }
        if (newStride != stride) {
            row = Arena.ofAuto().allocate(newStride, 64);
        }
        shmFormat = code;
        format = layout;
        width = newWidth;
        height = newHeight;
        stride = newStride;
    }

    private static PixelFormat layout(int code) {
        return switch (code) {
            case WaylandProtocol.SHM_FORMAT_ARGB8888 -> PixelFormat.ARGB8888;
            case WaylandProtocol.SHM_FORMAT_XRGB8888 -> PixelFormat.XRGB8888;
            default -> code == PixelFormat.XBGR8888.fourcc() ? PixelFormat.XBGR8888
                    : code == PixelFormat.ABGR8888.fourcc() ? PixelFormat.ABGR8888 : null;
        };
    }

    private void copy() {
        Set<PixelFormat> formats = accepted;
        if (formats != null && !formats.contains(format)) {
            throw new BackendException("the compositor now copies frames as " + format + "; the importers take " + formats);
        }
        filling = slot();
        filling.state(ShmSlot.FILLING);
        filling.damage().clear();
        if (whole) {
            filling.damage().add(0, 0, width, height, width, height);
        }
        frame.request(whole ? WlrProtocol.FRAME_COPY : WlrProtocol.FRAME_COPY_WITH_DAMAGE).object(filling.buffer()).send();
    }

    private ShmSlot slot() {
        if (!slots.isEmpty() && !slots.getFirst().fits(format, width, height, stride)) {
            retired.addAll(slots);
            slots.clear();
            sweepRetired();
            // The last frame had another size: all of this one is news.
            whole = true;
        }
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).state() == ShmSlot.FREE) {
                return slots.get(i);
            }
        }
        if (slots.size() == MOST_SLOTS) {
            throw new BackendException("more than two frames are held unreleased");
        }
        ShmSlot slot = new ShmSlot(shm, format, shmFormat, width, height, stride);
        slots.add(slot);
        return slot;
    }

    private void ready(int secondsHigh, int secondsLow, int nanos) {
        if (filling == null) {
            return;
        }
        long seconds = (long) secondsHigh << 32 | Integer.toUnsignedLong(secondsLow);
        long stamp = seconds * 1_000_000_000L + Integer.toUnsignedLong(nanos);
        filling.stamp(stamp == 0 ? System.nanoTime() : stamp, epoch);
        if (yInvert) {
            flip(filling.pixels(), stride, height, row);
        }
        ShmSlot done = filling;
        filling = null;
        frame.destroy(WlrProtocol.FRAME_DESTROY);
        frame = null;
        whole = false;
        failures = 0;
        mailbox.put(done);
        signal.frameReady();
    }

    /** Puts the first row on top. Only renderers on OpenGL deliver upside down. */
    static void flip(MemorySegment pixels, int stride, int height, MemorySegment row) {
        for (int top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
            long a = (long) top * stride;
            long b = (long) bottom * stride;
            MemorySegment.copy(pixels, a, row, 0, stride);
            MemorySegment.copy(pixels, b, pixels, a, stride);
            MemorySegment.copy(row, 0, pixels, b, stride);
        }
    }

    private void failed() {
        abandon();
        whole = true;
        retryAt = System.nanoTime() + RETRY_NANOS;
        if (++failures > MOST_FAILURES) {
            throw new WaylandException("the compositor failed to copy " + failures + " frames in a row");
        }
    }

    private void sweepRetired() {
        for (int i = retired.size() - 1; i >= 0; i--) {
            if (retired.get(i).state() == ShmSlot.FREE) {
                retired.remove(i).free();
            }
        }
    }

    /** Gives all memory back once the connection is closed and the capture thread has ended. */
    void unmap() {
        slots.forEach(ShmSlot::unmap);
        retired.forEach(ShmSlot::unmap);
        slots.clear();
        retired.clear();
    }
}
