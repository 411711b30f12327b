package lumen.plugin.pipewire;

import java.util.concurrent.TimeUnit;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.pod.Spa;
import lumen.spi.Damage;

/**
 * What buffers say of their pictures in {@code spa_meta_header} and {@code spa_meta_region}: time, damage, soundness. Damage
 * of pictures that nobody sees counts for the next one that somebody sees. Guarded by the loop's lock; allocates nothing.
 */
final class PictureMetadata {
    static final int SIZEOF_HEADER = 32;
    static final int HEADER_FLAGS = 0;
    static final int HEADER_PTS = 8;
    static final int HEADER_CORRUPTED = 1 << 1;
    static final int SIZEOF_REGION = 16;
    static final int REGION_X = 0;
    static final int REGION_Y = 4;
    static final int REGION_WIDTH = 8;
    static final int REGION_HEIGHT = 12;
    static final int MAX_REGIONS = 16;
    /** Timestamps older than this are of another clock. */
    private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Damage damage = new Damage();
    private boolean everything = true;
    private long lastTimestamp;

    /** True if the producer marks what is in the buffer as no picture, or as a broken one. */
    static boolean corrupted(long buffer) {
        if ((StreamBuffer.chunkFlags(buffer, 0) & StreamBuffer.CHUNK_CORRUPTED) != 0) {
            return true;
        }
        long header = StreamBuffer.meta(buffer, Spa.META_HEADER, SIZEOF_HEADER);
        return header != 0 && (StreamBuffer.int32(header + HEADER_FLAGS) & HEADER_CORRUPTED) != 0;
    }

    /** The producer's time if it can be, and rises; else the time of arrival. */
    long timestamp(long buffer, long now) {
        long header = StreamBuffer.meta(buffer, Spa.META_HEADER, SIZEOF_HEADER);
        long time = header == 0 ? -1 : StreamBuffer.int64(header + HEADER_PTS);
        if (time <= lastTimestamp || time > now || now - time > OLDEST_NANOS) {
            time = Math.max(now, lastTimestamp + 1);
        }
        lastTimestamp = time;
        return time;
    }

    /** Notes what a picture of that size changed: everything, unless it tells so in its own coordinates. */
    void addDamage(long buffer, int width, int height) {
        long region = StreamBuffer.meta(buffer, Spa.META_VIDEO_DAMAGE, SIZEOF_REGION);
        int count = region == 0 ? 0 : StreamBuffer.metaSize(buffer, Spa.META_VIDEO_DAMAGE) / SIZEOF_REGION;
        boolean told = false;
        for (int i = 0; i < count; i++, region += SIZEOF_REGION) {
            int x = StreamBuffer.int32(region + REGION_X);
            int y = StreamBuffer.int32(region + REGION_Y);
            int w = StreamBuffer.int32(region + REGION_WIDTH);
            int h = StreamBuffer.int32(region + REGION_HEIGHT);
            if (w == 0 || h == 0) {
                break;
            }
            // Mutter 48 with two monitors and KWin for regions tell it in the desktop's coordinates: no use.
            if (x < 0 || y < 0 || w < 0 || h < 0 || (long) x + w > width || (long) y + h > height) {
                everything = true;
            } else {
                damage.add(x, y, w, h, width, height);
            }
            told = true;
        }
        if (!told) {
            everything = true;
        }
    }

    /** A picture was lost, or none of them looks like those before. */
    void damageEverything() {
        everything = true;
    }

    /** What changed since the last call. */
    void takeDamage(Damage into, int width, int height) {
        into.clear();
        if (everything) {
            into.add(0, 0, width, height, width, height);
        } else if (!damage.isEmpty()) {
            into.add(damage.x(), damage.y(), damage.width(), damage.height(), width, height);
        }
        damage.clear();
        everything = false;
    }
}
