package lumen.plugin.wlroots;

import java.util.ArrayList;
import java.util.List;
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
    private final WaylandConnection connection;
    private final Proxy sources;
    private final Proxy manager;
    private final Proxy output;
    private final SlotPool pool;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final Counts counts;
    private final EventHandler frameHandler = this::frameEvent;
    private final List<Proxy> frames = new ArrayList<>();

    private Proxy session;
    private boolean describing;
    private boolean described;
    private int newWidth;
    private int newHeight;
    private Proxy frame;
    private ShmSlot filling;
    private long stampNanos;
    /** The slot is the first of its session or of its shape: everything in it is news. */
    private boolean whole = true;
    private int epoch;
    private int failures;
    private long retryAt;

    /** @throws WaylandException if the compositor lacks one of the two protocols */
    ImageCopy(WaylandConnection connection, Registry registry, Proxy output, SlotPool pool, FrameMailbox mailbox,
              FrameSignal signal, Counts counts) {
        this.connection = connection;
        this.output = output;
        this.pool = pool;
        this.mailbox = mailbox;
        this.signal = signal;
        this.counts = counts;
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
        whole = true;
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
            end();
        }
        if (!active) {
            end();
            return -1;
        }
        if (frame != null) {
            return -1;
        }
        long wait = failures == 0 ? 0 : retryAt - System.nanoTime();
        if (wait > 0) {
            return (int) (wait / 1_000_000) + 1;
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
            filling.state(ShmSlot.FREE);
            filling = null;
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
                retryAt = System.nanoTime();
                pool.describe(newWidth, newHeight, 0);
                if (pool.reshaped()) {
                    counts.reshaped().incrementAndGet();
                    abandon();
                    whole = true;
                }
            }
            case ExtCaptureProtocol.SESSION_STOPPED -> {
                end();
                failed("the compositor has ended the capture");
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
        if (pool.reshaped()) {
            counts.reshaped().incrementAndGet();
            whole = true;
        }
        // Before the frame object: a compositor wants new ids in the order in which they were taken.
        filling = pool.next();
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
            frame = session.child(ExtCaptureProtocol.FRAME, frameHandler);
            frames.add(frame);
        }
        stampNanos = 0;
        if (whole) {
            filling.damage().add(0, 0, filling.width(), filling.height(), filling.width(), filling.height());
        }
        session.request(ExtCaptureProtocol.SESSION_CREATE_FRAME).newId(frame).send();
        frame.request(ExtCaptureProtocol.FRAME_ATTACH_BUFFER).object(filling.buffer()).send();
        // The slots take turns, and what this one missed is not kept: the compositor shall write all of it.
        frame.request(ExtCaptureProtocol.FRAME_DAMAGE_BUFFER).i32(0).i32(0).i32(filling.width()).i32(filling.height()).send();
        frame.request(ExtCaptureProtocol.FRAME_CAPTURE).send();
    }

    private void frameEvent(Proxy object, int opcode, EventArguments event) {
        if (object != frame) {
            return;
        }
        switch (opcode) {
            case ExtCaptureProtocol.FRAME_DAMAGE -> filling.damage().add(event.i32(), event.i32(), event.i32(), event.i32(),
                    filling.width(), filling.height());
            case ExtCaptureProtocol.FRAME_PRESENTATION_TIME -> {
                long seconds = (long) event.u32() << 32 | Integer.toUnsignedLong(event.u32());
                stampNanos = seconds * 1_000_000_000L + Integer.toUnsignedLong(event.u32());
            }
            case ExtCaptureProtocol.FRAME_READY -> ready();
            case ExtCaptureProtocol.FRAME_FAILED -> {
                int reason = event.u32();
                abandon();
                if (reason == ExtCaptureProtocol.FAILED_STOPPED) {
                    end();
                }
                failed(switch (reason) {
                    case ExtCaptureProtocol.FAILED_BUFFER_CONSTRAINTS -> "the compositor finds the buffers unfit";
                    case ExtCaptureProtocol.FAILED_STOPPED -> "the compositor has ended the capture";
                    default -> "the compositor failed to copy a frame";
                });
            }
            default -> { }
        }
    }

    private void ready() {
        filling.stamp(stampNanos == 0 ? System.nanoTime() : stampNanos, epoch);
        ShmSlot done = filling;
        filling = null;
        frame.destroy(ExtCaptureProtocol.FRAME_DESTROY);
        frame = null;
        whole = false;
        failures = 0;
        counts.frames().incrementAndGet();
        mailbox.put(done);
        signal.frameReady();
    }

    private void failed(String why) {
        whole = true;
        counts.failed().incrementAndGet();
        retryAt = System.nanoTime() + RETRY_NANOS;
        if (++failures > MOST_FAILURES) {
            throw new WaylandException(why + ", " + failures + " times in a row");
        }
    }
}
