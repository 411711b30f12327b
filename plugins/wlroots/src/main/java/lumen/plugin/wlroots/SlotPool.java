package lumen.plugin.wlroots;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import lumen.spi.BackendException;
import lumen.spi.PixelFormat;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;

/**
 * The buffers of a capture: all of one shape, made when first needed and given up when the compositor asks for another
 * shape. Belongs to the capture thread but for {@link #accept} and {@link #leaving}.
 */
final class SlotPool {
    /** Two held by the video thread, one ready, one being filled: the compositor never waits for us. */
    private static final int MOST_SLOTS = 4;

    private final Proxy shm;
    private final List<ShmSlot> slots = new ArrayList<>();
    private final List<ShmSlot> retired = new ArrayList<>();
    private final Queue<ShmSlot> leaving = new ConcurrentLinkedQueue<>();
    /** What the compositor can write, its favourite first. */
    private final List<PixelFormat> offered = new ArrayList<>();
    /** What the importers read; {@code null} until the first offer. */
    private volatile Set<PixelFormat> accepted;
    private volatile List<PixelFormat> announced = List.of();
    /** Of {@link #offered} or {@link #accepted}: they have changed since {@link #format} was chosen. */
    private volatile boolean undecided;
    private volatile PixelFormat format;
    private volatile int width;
    private volatile int height;
    private int stride;

    SlotPool(Proxy shm) {
        this.shm = shm;
    }

    /** The layout of a {@code wl_shm.format}, or {@code null}. */
    static PixelFormat layout(int code) {
        return switch (code) {
            case WaylandProtocol.SHM_FORMAT_ARGB8888 -> PixelFormat.ARGB8888;
            case WaylandProtocol.SHM_FORMAT_XRGB8888 -> PixelFormat.XRGB8888;
            default -> code == PixelFormat.XBGR8888.fourcc() ? PixelFormat.XBGR8888
                    : code == PixelFormat.ABGR8888.fourcc() ? PixelFormat.ABGR8888 : null;
        };
    }

    private static int shmCode(PixelFormat layout) {
        return switch (layout) {
            case ARGB8888 -> WaylandProtocol.SHM_FORMAT_ARGB8888;
            case XRGB8888 -> WaylandProtocol.SHM_FORMAT_XRGB8888;
            default -> layout.fourcc();
        };
    }

    /**
     * The importers' formats; any thread.
     *
     * @throws BackendException if the compositor has none of them
     */
    void accept(Set<PixelFormat> formats) {
        if (announced.stream().noneMatch(formats::contains)) {
            throw new BackendException("the compositor copies frames as " + words(announced) + " into memory; the importers take "
                    + (formats.isEmpty() ? "no memory frames" : formats));
        }
        accepted = formats;
        undecided = true;
    }

    private static String words(List<PixelFormat> formats) {
        return formats.size() == 1 ? formats.getFirst().toString() : formats.toString();
    }

    /** The compositor begins to describe its buffers. */
    void forgetFormats() {
        offered.clear();
    }

    /** The compositor can write this {@code wl_shm.format}; one unknown here is passed over. */
    void offerFormat(int code) {
        PixelFormat layout = layout(code);
        if (layout != null && !offered.contains(layout)) {
            offered.add(layout);
        }
    }

    /**
     * All formats and the size are known.
     *
     * @param rowBytes bytes of a row; 0: no more than its pixels need
     */
    void describe(int newWidth, int newHeight, int rowBytes) {
        if (offered.isEmpty()) {
            throw new BackendException("the compositor offers no copy into shared memory in a supported format");
        }
        int least = newWidth * offered.getFirst().bytesPerPixel();
        int newStride = rowBytes == 0 ? least : rowBytes;
        if (newWidth <= 0 || newHeight <= 0 || newWidth > ModeLimits.MAX_SIZE || newHeight > ModeLimits.MAX_SIZE
                || newStride < least || (long) newStride * newHeight > Integer.MAX_VALUE) {
            throw new WaylandException("the compositor describes a frame of " + newWidth + "x" + newHeight + " with rows of "
                    + newStride + " bytes");
        }
        width = newWidth;
        height = newHeight;
        stride = newStride;
        if (newlyOffered()) {
            announced = List.copyOf(offered);
            undecided = true;
        }
    }

    /** Without the iterators of {@link List#equals}: older protocols describe every frame. */
    private boolean newlyOffered() {
        List<PixelFormat> before = announced;
        boolean same = before.size() == offered.size();
        for (int i = 0; same && i < before.size(); i++) {
            same = before.get(i) == offered.get(i);
        }
        return !same;
    }

    private void decide() {
        Set<PixelFormat> wanted = accepted == null ? EnumSet.allOf(PixelFormat.class) : accepted;
        undecided = false;
        format = offered.stream().filter(wanted::contains).findFirst().orElseThrow(() -> new BackendException(
                "the compositor now copies frames as " + words(offered) + "; the importers take " + wanted));
    }

    /** True if the next slot has another shape than those before; they are given up. */
    boolean reshaped() {
        if (undecided) {
            decide();
        }
        if (slots.isEmpty() || slots.getFirst().fits(format, width, height, stride)) {
            return false;
        }
        retired.addAll(slots);
        slots.clear();
        return true;
    }

    /** A free slot of the current shape, now being filled, without damage. Call {@link #reshaped} first. */
    ShmSlot next() {
        ShmSlot slot = null;
        for (int i = 0; i < slots.size() && slot == null; i++) {
            slot = slots.get(i).state() == ShmSlot.FREE ? slots.get(i) : null;
        }
        if (slot == null) {
            if (slots.size() == MOST_SLOTS) {
                throw new BackendException("more than two frames are held unreleased");
            }
            slot = new ShmSlot(shm, format, shmCode(format), width, height, stride);
            slots.add(slot);
        }
        slot.state(ShmSlot.FILLING);
        slot.damage().clear();
        return slot;
    }

    /** Lets slots go that nobody uses any more: first the importers are told, by the video thread, then memory is freed. */
    void sweep() {
        for (int i = retired.size() - 1; i >= 0; i--) {
            ShmSlot slot = retired.get(i);
            if (slot.state() == ShmSlot.GONE) {
                retired.remove(i).free();
            } else if (slot.state() == ShmSlot.FREE) {
                slot.state(ShmSlot.LEAVING);
                leaving.add(slot);
            }
        }
    }

    /** A slot to tell the importers about before {@link ShmSlot#GONE} is set, or {@code null}. Video thread only. */
    ShmSlot leaving() {
        return leaving.poll();
    }

    /** Every slot that still has memory; only once the capture thread has ended. */
    List<ShmSlot> remaining() {
        List<ShmSlot> all = new ArrayList<>(slots);
        all.addAll(retired);
        return all;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int stride() {
        return stride;
    }

    /** Such as {@code 1366x768 XRGB8888}; any thread. */
    @Override
    public String toString() {
        PixelFormat chosen = format;
        return width + "x" + height + (chosen == null ? "" : " " + chosen);
    }
}
