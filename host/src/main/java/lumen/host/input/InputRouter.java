package lumen.host.input;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import lumen.core.input.InputEvent;
import lumen.core.metrics.EventCounters;
import lumen.spi.InputSink;

/**
 * Carries a session's input events to its sink on a thread of its own, {@code lumen-<session>-input}, so
 * that a slow compositor never holds up the control stream. Moves and scrolls that wait behind a slow sink
 * are merged with their like; nothing overtakes anything.
 */
public final class InputRouter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InputRouter.class.getName());
    /** Events that may wait; a client sends about a thousand moves a second, and those merge. */
    private static final int CAPACITY = 1024;
    /** How long a hanging sink may hold up {@link #close()}. */
    private static final long CLOSE_MILLIS = 2_000;

    private final String session;
    private final EventCounters<InputDefect> queueDefects = new EventCounters<>(InputDefect.class);
    private final EventCounters<InputDefect> sinkDefects = new EventCounters<>(InputDefect.class);
    private final InputTranslator translator;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private ArrayDeque<InputEvent> queue = new ArrayDeque<>();
    private ArrayDeque<InputEvent> spare = new ArrayDeque<>();
    private boolean lost;
    private boolean closed;
    private final Thread thread;

    /**
     * Starts the thread. The sink stays its opener's to close, after this router.
     *
     * @param session short name of the session, for logs and the thread's name
     */
    public InputRouter(InputSink sink, String session) {
        this.session = session;
        translator = new InputTranslator(sink, session, sinkDefects);
        thread = Thread.ofPlatform().name("lumen-" + session + "-input").daemon().start(this::run);
    }

    /** Queues an event. Never blocks on the sink. Any thread; without effect after {@link #close()}. */
    public void accept(InputEvent event) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            InputEvent last = queue.peekLast();
            InputEvent merged = last == null ? null : merge(last, event);
            if (merged != null) {
                queue.removeLast();
                queue.addLast(merged);
            } else if (queue.size() < CAPACITY) {
                queue.addLast(event);
            } else {
                queueDefects.count(InputDefect.QUEUE_FULL);
                lost = true;
            }
            waiting.signal();
        } finally {
            lock.unlock();
        }
    }

    /** One event that does what both do, or {@code null}. */
    static InputEvent merge(InputEvent first, InputEvent second) {
        return switch (second) {
            case InputEvent.MouseMove m when first instanceof InputEvent.MouseMove f -> {
                long x = (long) f.dx() + m.dx();
                long y = (long) f.dy() + m.dy();
                yield x == (int) x && y == (int) y ? new InputEvent.MouseMove((int) x, (int) y) : null;
            }
            case InputEvent.MousePosition p when first instanceof InputEvent.MousePosition f
                    && f.width() == p.width() && f.height() == p.height() -> p;
            case InputEvent.Scroll s when first instanceof InputEvent.Scroll f -> {
                long sum = (long) f.amount() + s.amount();
                yield sum == (int) sum ? new InputEvent.Scroll((int) sum) : null;
            }
            case InputEvent.HorizontalScroll s when first instanceof InputEvent.HorizontalScroll f -> {
                long sum = (long) f.amount() + s.amount();
                yield sum == (int) sum ? new InputEvent.HorizontalScroll((int) sum) : null;
            }
            default -> null;
        };
    }

    /** Events without effect, by reason. Any thread. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new java.util.LinkedHashMap<>(sinkDefects.report());
        all.putAll(queueDefects.report());
        return all;
    }

    /** How often that happened. Any thread. */
    public long count(InputDefect defect) {
        return sinkDefects.get(defect) + queueDefects.get(defect);
    }

    private void run() {
        while (true) {
            ArrayDeque<InputEvent> batch;
            boolean resync;
            boolean last;
            lock.lock();
            try {
                while (queue.isEmpty() && !closed) {
                    waiting.awaitUninterruptibly();
                }
                batch = queue;
                queue = spare;
                spare = batch;
                resync = lost;
                lost = false;
                last = closed;
            } finally {
                lock.unlock();
            }
            for (InputEvent e = batch.poll(); e != null; e = batch.poll()) {
                translator.apply(e);
            }
            if (resync || last) {
                translator.releaseAll();
            }
            translator.flush();
            if (last) {
                return;
            }
        }
    }

    /** Delivers what is queued, releases everything held, and stops. Waits two seconds at most for a hanging sink. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.log(System.Logger.Level.WARNING, "session {0}: the input sink hangs; its thread is left behind", session);
        }
    }
}
