package lumen.plugin.zerocopy.egl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.spi.BackendException;

/** A device of libgbm ({@code gbm.h}) on a DRM node, to open an EGL display with. It outlives that display. */
final class Gbm implements AutoCloseable {
    private static final String LIBRARY = "libgbm.so.1";

    private final Fd node;
    private final long device;

    private Gbm(Fd node, long device) {
        this.node = node;
        this.device = device;
    }

    /** @throws BackendException if there is no libgbm, or it can do nothing with the node */
    static Gbm open(Path path) {
        Fd node;
        try {
            node = Fd.open(path);
        } catch (PosixException e) {
            throw new BackendException(e.getMessage(), e);
        }
        try {
            long device = (long) Functions.get().create.invokeExact(node.value());
            if (device == 0) {
                throw new BackendException("gbm_create_device: no driver for " + path);
            }
            return new Gbm(node, device);
        } catch (BackendException e) {
            node.close();
            throw e;
        } catch (Throwable e) {
            node.close();
            throw new AssertionError(e);
        }
    }

    /** {@code struct gbm_device *}. */
    long device() {
        return device;
    }

    @Override
    public void close() {
        try {
            Functions.get().destroy.invokeExact(device);
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            node.close();
        }
    }

    private record Functions(MethodHandle create, MethodHandle destroy) {
        private static Functions loaded;

        static synchronized Functions get() {
            if (loaded == null) {
                SymbolLookup library;
                try {
                    library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
                } catch (IllegalArgumentException e) {
                    throw new BackendException(LIBRARY + " is not installed", e);
                }
                loaded = new Functions(
                        bind(library, "gbm_create_device", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT)),
                        bind(library, "gbm_device_destroy", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG)));
            }
            return loaded;
        }

        private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor descriptor) {
            return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(
                    () -> new BackendException(LIBRARY + " has no " + name)), descriptor);
        }
    }
}
