package lumen.plugin.wlroots;

import lumen.spi.FrameSignal;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.ExtCaptureProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * The conversation of {@code ext-image-copy-capture-v1}. The first frame of a session comes at once, the following ones
 * when something has changed; so each activation has a session of its own, and none while the capture is suspended.
 */
final class ImageCopy implements OutputCopy {
    private final Proxy sources;
    private final Proxy manager;
    private final Proxy output;
    private final SlotPool pool;
    private final SlotFilling filling;
    private final FrameObjects frames;

    private Proxy session;
    private boolean describing;
    private boolean described;
    private int newWidth;
    private int newHeight;
    private Proxy frame;
    private long stampNanos;

    /** @throws WaylandException if the compositor lacks one of the two protocols */
    ImageCopy(WaylandConnection connection, Registry registry, Proxy output, SlotPool pool, FrameMailbox mailbox,
              FrameSignal signal, Counts counts) {
        this.output = output;
        this.pool = pool;
        filling = new SlotFilling(pool, mailbox, signal, counts);
        frames = new FrameObjects(connection, ExtCaptureProtocol.FRAME, this::frameEvent);
        sources = registry.require(ExtCaptureProtocol.OUTPUT_SOURCE_MANAGER, 1, EventHandler.NONE);
        manager = registry.require(ExtCaptureProtocol.MANAGER, 1, EventHandler.NONE);
    }

    static boolean offered(Registry registry) {
        return registry.find(ExtCaptureProtocol.OUTPUT_SOURCE_MANAGER).isPresent()
                && registry.find(ExtCaptureProtocol.MANAGER).isPresent();
    }

    @Override
    public String protocol() {
        return "ext-image-copy-capture-v1";
    }

    @Override
    public void begin() {
        Proxy source = sources.child(ExtCaptureProtocol.SOURCE, EventHandler.NONE);
        sources.request(ExtCaptureProtocol.OUTPUT_SOURCE_CREATE).newId(source).object(output).send();
        session = manager.child(ExtCaptureProtocol.SESSION, this::sessionEvent);
        manager.request(ExtCaptureProtocol.MANAGER_CREATE_SESSION).newId(session).object(source)
                .u32(ExtCaptureProtocol.PAINT_CURSORS).send();
        source.destroy(ExtCaptureProtocol.SOURCE_DESTROY);
        described = false;
        describing = false;
        filling.wantWhole();
    }

    @Override
    public boolean described() {
        return described;
    }

    @Override
    public int step(boolean active) {
        pool.sweep();
        if (filling.resumed()) {
            end();
        }
        if (!active) {
            end();
            return -1;
        }
        if (frame != null) {
            return -1;
        }
        int pause = filling.pauseMillis();
        if (pause > 0) {
            return pause;
        }
        if (session == null) {
            begin();
        } else if (described) {
            capture();
        }
        return -1;
    }

    /** The session and what it was about to deliver. */
    private void end() {
        abandon();
        if (session != null) {
            session.destroy(ExtCaptureProtocol.SESSION_DESTROY);
            session = null;
        }
    }

    private void abandon() {
        if (frame != null) {
            frame.destroy(ExtCaptureProtocol.FRAME_DESTROY);
            frame = null;
            filling.cancel();
        }
    }

    private void sessionEvent(Proxy object, int opcode, EventArguments event) {
        if (object != session) {
            return;
        }
        switch (opcode) {
            case ExtCaptureProtocol.SESSION_BUFFER_SIZE -> {
                describe();
                newWidth = event.u32();
                newHeight = event.u32();
            }
            case ExtCaptureProtocol.SESSION_SHM_FORMAT -> {
                describe();
                pool.offerFormat(event.u32());
            }
            case ExtCaptureProtocol.SESSION_DONE -> {
                describe();
                describing = false;
                described = true;
                filling.retryNow();
                pool.describe(newWidth, newHeight, 0);
                if (filling.reshaped()) {
                    abandon();
                }
            }
            case ExtCaptureProtocol.SESSION_STOPPED -> {
                end();
                filling.failed("the compositor has ended the capture");
            }
            default -> { }
        }
    }

    /** The constraints come in any order; the first of them replaces what was told before. */
    private void describe() {
        if (!describing) {
            describing = true;
            pool.forgetFormats();
        }
    }

    private void capture() {
        // Before the frame object: a compositor wants new ids in the order in which they were taken.
        ShmSlot slot = filling.begin();
        frame = frames.next(session);
        stampNanos = 0;
        session.request(ExtCaptureProtocol.SESSION_CREATE_FRAME).newId(frame).send();
        frame.request(ExtCaptureProtocol.FRAME_ATTACH_BUFFER).object(slot.buffer()).send();
        // The slots take turns, and what this one missed is not kept: the compositor shall write all of it.
        frame.request(ExtCaptureProtocol.FRAME_DAMAGE_BUFFER).i32(0).i32(0).i32(slot.width()).i32(slot.height()).send();
        frame.request(ExtCaptureProtocol.FRAME_CAPTURE).send();
    }

    private void frameEvent(Proxy object, int opcode, EventArguments event) {
        if (object != frame) {
            return;
        }
        switch (opcode) {
            case ExtCaptureProtocol.FRAME_DAMAGE -> filling.slot().damage().add(event.i32(), event.i32(), event.i32(),
                    event.i32(), filling.slot().width(), filling.slot().height());
            case ExtCaptureProtocol.FRAME_PRESENTATION_TIME -> stampNanos = SlotFilling.nanos(event.u32(), event.u32(), event.u32());
            case ExtCaptureProtocol.FRAME_READY -> {
                frame.destroy(ExtCaptureProtocol.FRAME_DESTROY);
                frame = null;
                filling.deliver(stampNanos);
            }
            case ExtCaptureProtocol.FRAME_FAILED -> {
                int reason = event.u32();
                abandon();
                if (reason == ExtCaptureProtocol.FAILED_STOPPED) {
                    end();
                }
                filling.failed(switch (reason) {
                    case ExtCaptureProtocol.FAILED_BUFFER_CONSTRAINTS -> "the compositor finds the buffers unfit";
                    case ExtCaptureProtocol.FAILED_STOPPED -> "the compositor has ended the capture";
                    default -> "the compositor failed to copy a frame";
                });
            }
            default -> { }
        }
    }
}
