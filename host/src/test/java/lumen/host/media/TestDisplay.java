package lumen.host.media;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.CursorState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.InputRoute;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;

/** A display whose frames, of one pixel, are made at its rate by a thread of its own. */
final class TestDisplay implements VirtualDisplay, FrameSource.InProcess, CapturerProvider {
    final DisplayMode mode;
    volatile boolean playing = true;
    volatile boolean failed;
    volatile boolean closed;
    volatile boolean ready;
    volatile boolean running = true;
    /** How often the capture fails before it works again. */
    volatile int failures;
    volatile int offers;
    volatile int opened;
    volatile int nudges;
    volatile long cursorSerial;
    volatile boolean replaceable;
    volatile boolean keepable;
    final TestFrame frame = new TestFrame();

    private volatile boolean cursorMoved;
    private final CursorState cursor = new CursorState() {
        @Override
        public long serial() {
            return cursorSerial;
        }

        @Override
        public boolean visible() {
            return cursorSerial > 0;
        }

        @Override
        public int x() {
            return (int) cursorSerial;
        }

        @Override
        public int y() {
            return 0;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        @Override
        public MemorySegment pixels() {
            return frame.pixels;
        }
    };

    void moveCursor() {
        cursorSerial++;
        cursorMoved = true;
    }

    TestDisplay(DisplayMode mode) {
        this.mode = mode;
    }

    @Override
    public Capturer open(FrameSource source, DisplayMode m, FrameSignal signal) {
        opened++;
        AtomicBoolean over = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            long due = System.nanoTime();
            while (!over.get()) {
                due += mode.frameIntervalNanos();
                LockSupport.parkNanos(due - System.nanoTime());
                if (playing || failed || cursorMoved) {
                    cursorMoved = false;
                    frame.stamp = System.nanoTime();
                    ready = playing || failed;
                    signal.frameReady();
                }
            }
        });
        return new Capturer() {
            @Override
            public void offer(List<ImportOffer> list) {
                offers++;
            }

            @Override
            public CapturedFrame poll() {
                if (failed || failures > 0) {
                    failures--;
                    throw new BackendException("the compositor has gone");
                }
                if (!ready) {
                    return null;
                }
                ready = false;
                frame.held++;
                return frame;
            }

            @Override
            public CursorState cursor() {
                return cursor;
            }

            @Override
            public boolean keepable() {
                return keepable;
            }

            @Override
            public boolean running() {
                return running;
            }

            @Override
            public String state() {
                return "waiting for a rig";
            }

            @Override
            public void active(boolean on) {
                playing = on;
            }

            @Override
            public void close() {
                over.set(true);
                LockSupport.unpark(thread);
            }
        };
    }

    @Override
    public String id() {
        return "rig";
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(0);
    }

    @Override
    public boolean accepts(FrameSource source) {
        return source == this;
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return this;
    }

    @Override
    public Optional<InputRoute> input() {
        return Optional.empty();
    }

    @Override
    public boolean alive() {
        return !closed;
    }

    @Override
    public boolean replaceable() {
        return replaceable;
    }

    @Override
    public void nudge() {
        nudges++;
    }

    @Override
    public void close() {
        closed = true;
    }
}
