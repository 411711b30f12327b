package lumen.plugin.wlroots;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

    private final Proxy manager;
    private final Proxy output;
    private final SlotPool pool;
    private final SlotFilling filling;
    private final FrameObjects frames;

    private Proxy frame;
    private boolean described;
    private boolean memory;
    /** Scratch for one row. */
    private MemorySegment row = MemorySegment.NULL;
    private boolean yInvert;

    /** @throws WaylandException if the compositor lacks the protocol, or has only an older version */
    Screencopy(WaylandConnection connection, Registry registry, Proxy output, SlotPool pool, FrameMailbox mailbox,
               FrameSignal signal, Counts counts) {
        this.output = output;
        this.pool = pool;
        filling = new SlotFilling(pool, mailbox, signal, counts);
        frames = new FrameObjects(connection, WlrProtocol.SCREENCOPY_FRAME, this::frameEvent);
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
        if (filling.resumed()) {
            abandon();
        }
        if (!active) {
            abandon();
            return -1;
        }
        if (frame == null) {
            int pause = filling.pauseMillis();
            if (pause > 0) {
                return pause;
            }
            begin();
        }
        if (described && filling.slot() == null) {
            copy();
        }
        return -1;
    }

    @Override
    public void begin() {
        frame = frames.next(manager);
        described = false;
        memory = false;
        yInvert = false;
        manager.request(WlrProtocol.SCREENCOPY_CAPTURE_OUTPUT).newId(frame).i32(OVERLAY_CURSOR).object(output).send();
    }

    private void abandon() {
        if (frame != null) {
            frame.destroy(WlrProtocol.FRAME_DESTROY);
            frame = null;
            filling.cancel();
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
                ShmSlot slot = filling.slot();
                if (slot != null) {
                    slot.damage().add(event.u32(), event.u32(), event.u32(), event.u32(), slot.width(), slot.height());
                }
            }
            case WlrProtocol.FRAME_READY -> ready(SlotFilling.nanos(event.u32(), event.u32(), event.u32()));
            case WlrProtocol.FRAME_FAILED -> {
                abandon();
                filling.failed("the compositor failed to copy a frame");
            }
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
        ShmSlot slot = filling.begin();
        frame.request(filling.whole() ? WlrProtocol.FRAME_COPY : WlrProtocol.FRAME_COPY_WITH_DAMAGE).object(slot.buffer()).send();
    }

    private void ready(long stampNanos) {
        ShmSlot slot = filling.slot();
        if (slot == null) {
            return;
        }
        if (yInvert) {
            if (row.byteSize() < slot.stride()) {
                row = Arena.ofAuto().allocate(slot.stride(), 64);
            }
            flip(slot.pixels(), slot.stride(), slot.height(), row);
        }
        frame.destroy(WlrProtocol.FRAME_DESTROY);
        frame = null;
        filling.deliver(stampNanos);
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
}
