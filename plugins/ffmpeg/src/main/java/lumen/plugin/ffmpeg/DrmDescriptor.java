package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;

/**
 * {@code AVDRMFrameDescriptor} (libavutil/hwcontext_drm.h), which JavaCPP doesn't bind: one object for each plane, and
 * one layer with all planes.
 */
final class DrmDescriptor {
    static final long SIZEOF = 528;
    static final long NB_OBJECTS = 0;
    static final long OBJECTS = 8;
    static final long OBJECT_SIZEOF = 24;
    static final long OBJECT_FD = 0;
    static final long OBJECT_SIZE = 8;
    static final long OBJECT_MODIFIER = 16;
    static final long NB_LAYERS = 104;
    static final long LAYERS = 112;
    static final long LAYER_FORMAT = 0;
    static final long LAYER_NB_PLANES = 4;
    static final long LAYER_PLANES = 8;
    static final long PLANE_SIZEOF = 24;
    static final long PLANE_OBJECT = 0;
    static final long PLANE_OFFSET = 8;
    static final long PLANE_PITCH = 16;
    static final int MOST_PLANES = 4;
    private static final int OLDEST = 57;
    private static final int NEWEST = 60;

    private DrmDescriptor() {
    }

    /** @throws BackendException if that major version of libavutil isn't known: the struct may have changed */
    static void requireKnown(int major) {
        if (major < OLDEST || major > NEWEST) {
            throw new BackendException("the layout of AVDRMFrameDescriptor is known for libavutil " + OLDEST + " to " + NEWEST
                    + ", not " + major);
        }
    }

    /**
     * Describes a captured buffer.
     *
     * @param descriptor {@link #SIZEOF} bytes
     * @param sizes      of the planes' dmabufs, bytes
     */
    static void fill(MemorySegment descriptor, BufferSlot.Dmabuf buffer, long[] sizes) {
        descriptor.fill((byte) 0);
        int planes = buffer.planes();
        descriptor.set(JAVA_INT, NB_OBJECTS, planes);
        descriptor.set(JAVA_INT, NB_LAYERS, 1);
        descriptor.set(JAVA_INT, LAYERS + LAYER_FORMAT, buffer.format().fourcc());
        descriptor.set(JAVA_INT, LAYERS + LAYER_NB_PLANES, planes);
        for (int i = 0; i < planes; i++) {
            long object = OBJECTS + i * OBJECT_SIZEOF;
            descriptor.set(JAVA_INT, object + OBJECT_FD, buffer.fd(i));
            descriptor.set(JAVA_LONG, object + OBJECT_SIZE, sizes[i]);
            descriptor.set(JAVA_LONG, object + OBJECT_MODIFIER, buffer.modifier());
            long plane = LAYERS + LAYER_PLANES + i * PLANE_SIZEOF;
            descriptor.set(JAVA_INT, plane + PLANE_OBJECT, i);
            descriptor.set(JAVA_LONG, plane + PLANE_OFFSET, buffer.offset(i));
            descriptor.set(JAVA_LONG, plane + PLANE_PITCH, buffer.stride(i));
        }
    }

    /** The modifier of the first object. */
    static long modifier(MemorySegment descriptor) {
        return descriptor.get(JAVA_LONG, OBJECTS + OBJECT_MODIFIER);
    }
}
