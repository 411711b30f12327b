package lumen.plugin.wlroots;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lumen.spi.FrameSignal;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WlrProtocol;

/**
 * The conversation of {@code wlr-screencopy-v1}: announce a frame, learn the buffer it wants, have it
 * copied, hand it on. The first copy takes the picture as it is (a static screen would never be damaged),
 * the following ones wait for damage.
 */
final class Screencopy implements OutputCopy {
    private static final int OVERLAY_CURSOR = 1;

    private final WaylandConnection connection;
    private final Proxy manager;
    private final Proxy output;
    private final SlotPool pool;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final Counts counts;
    private final EventHandler frameHandler = this::frameEvent;
    private final List<Proxy> frames = new ArrayList<>();

    private Proxy frame;
    private ShmSlot filling;
    private boolean described;
    private boolean memory;
    /** Scratch for one row. */
    private MemorySegment row = MemorySegment.NULL;
    private boolean yInvert;
    private boolean whole = true;
    private int epoch;
    private int failures;
    private long retryAt;

    /** @throws WaylandException if the compositor lacks the protocol, or has only an older version */
    Screencopy(WaylandConnection connection, Registry registry, Proxy output, SlotPool pool, FrameMailbox mailbox,
               FrameSignal signal, Counts counts) {
        this.connection = connection;
        this.output = output;
        this.pool = pool;
        this.mailbox = mailbox;
        this.signal = signal;
        this.counts = counts;
        // Version 3 has buffer_done, so that a wait for optional dmabuf descriptions has an end.
        manager = registry.require(WlrProtocol.SCREENCOPY_MANAGER, 3, EventHandler.NONE);
    }

    @Override
    public String protocol() {
        return "wlr-screencopy-v1";
    }

    @Override
    public boolean described() {
        return described;
    }

    @Override
    public int step(boolean active) {
        pool.sweep();
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
            begin();
        }
        if (described && filling == null) {
            copy();
        }
        return -1;
    }

    @Override
    public void begin() {
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
        memory = false;
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
                if (!memory) {
                    throw new WaylandException("the compositor offers no copy into shared memory");
                }
                described = true;
            }
            case WlrProtocol.FRAME_FLAGS -> yInvert = (event.u32() & WlrProtocol.FRAME_FLAG_Y_INVERT) != 0;
            case WlrProtocol.FRAME_DAMAGE -> {
                if (filling != null) {
                    filling.damage().add(event.u32(), event.u32(), event.u32(), event.u32(), filling.width(),
                            filling.height());
                }
            }
            case WlrProtocol.FRAME_READY -> ready(event.u32(), event.u32(), event.u32());
            case WlrProtocol.FRAME_FAILED -> failed();
            default -> { }
        }
    }

    private void buffer(int code, int width, int height, int stride) {
        pool.forgetFormats();
        pool.offerFormat(code);
        pool.describe(width, height, stride);
        memory = true;
    }

    private void copy() {
        if (pool.reshaped()) {
            counts.reshaped().incrementAndGet();
            // The last frame had another shape: all of this one is news.
            whole = true;
        }
        filling = pool.next();
        if (whole) {
            filling.damage().add(0, 0, filling.width(), filling.height(), filling.width(), filling.height());
        }
        frame.request(whole ? WlrProtocol.FRAME_COPY : WlrProtocol.FRAME_COPY_WITH_DAMAGE).object(filling.buffer()).send();
    }

    private void ready(int secondsHigh, int secondsLow, int nanos) {
        if (filling == null) {
            return;
        }
        long seconds = (long) secondsHigh << 32 | Integer.toUnsignedLong(secondsLow);
        long stamp = seconds * 1_000_000_000L + Integer.toUnsignedLong(nanos);
        filling.stamp(stamp == 0 ? System.nanoTime() : stamp, epoch);
        if (yInvert) {
            if (row.byteSize() < filling.stride()) {
                row = Arena.ofAuto().allocate(filling.stride(), 64);
            }
            flip(filling.pixels(), filling.stride(), filling.height(), row);
        }
        ShmSlot done = filling;
        filling = null;
        frame.destroy(WlrProtocol.FRAME_DESTROY);
        frame = null;
        whole = false;
        failures = 0;
        counts.frames().incrementAndGet();
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
        counts.failed().incrementAndGet();
        retryAt = System.nanoTime() + RETRY_NANOS;
        if (++failures > MOST_FAILURES) {
            throw new WaylandException("the compositor failed to copy " + failures + " frames in a row");
        }
    }
}
