package lumen.pipewire;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The shared library: its functions, and what is common to all calls. Loaded and initialised once for the process, at the
 * first use, and never given back: {@code pw_deinit} would take it from under others. Addresses are plain numbers, since
 * segments would cost an object a call.
 */
public final class LibPipewire {
    private static final String LIBRARY = "libpipewire-0.3.so.0";
    /** All memory there is: what a native structure points to is read through it. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    /** Longest C string that is read. */
    private static final int MAX_STRING = 64 * 1024;

    private static final class Holder {
        static final Optional<LibPipewire> LOADED;
        static final String PROBLEM;

        static {
            LibPipewire loaded = null;
            String problem = "";
            try {
                loaded = new LibPipewire(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
                loaded.init.invokeExact(0L, 0L);
            } catch (IllegalArgumentException e) {
                problem = LIBRARY + " is not installed";
            } catch (Throwable e) {
                loaded = null;
                problem = LIBRARY + " can't be used: " + e.getMessage();
            }
            LOADED = Optional.ofNullable(loaded);
            PROBLEM = problem;
        }
    }

    private final SymbolLookup symbols;
    private final MethodHandle init;
    private final MethodHandle libraryVersion;
    final MethodHandle propertiesNew;
    final MethodHandle propertiesSet;
    final MethodHandle propertiesFree;
    final MethodHandle loopNew;
    final MethodHandle loopGet;
    final MethodHandle loopStart;
    final MethodHandle loopLock;
    final MethodHandle loopUnlock;
    final MethodHandle loopStop;
    final MethodHandle loopDestroy;
    final MethodHandle contextNew;
    final MethodHandle contextConnect;
    final MethodHandle contextConnectFd;
    final MethodHandle contextDestroy;
    final MethodHandle coreDisconnect;
    final MethodHandle proxyDestroy;
    final MethodHandle proxyAddListener;
    final MethodHandle streamNew;
    final MethodHandle streamAddListener;
    final MethodHandle streamConnect;
    final MethodHandle streamUpdateParams;
    final MethodHandle streamDequeue;
    final MethodHandle streamQueue;
    final MethodHandle streamSetActive;
    final MethodHandle streamNodeId;
    final MethodHandle streamDisconnect;
    final MethodHandle streamDestroy;

    private LibPipewire(SymbolLookup symbols) {
        this.symbols = symbols;
        init = bindVoid("pw_init", JAVA_LONG, JAVA_LONG);
        libraryVersion = bind("pw_get_library_version", JAVA_LONG);
        propertiesNew = bind("pw_properties_new_string", JAVA_LONG, JAVA_LONG);
        propertiesSet = bind("pw_properties_set", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        propertiesFree = bindVoid("pw_properties_free", JAVA_LONG);
        loopNew = bind("pw_thread_loop_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
        loopGet = bind("pw_thread_loop_get_loop", JAVA_LONG, JAVA_LONG);
        loopStart = bind("pw_thread_loop_start", JAVA_INT, JAVA_LONG);
        loopLock = bindVoid("pw_thread_loop_lock", JAVA_LONG);
        loopUnlock = bindVoid("pw_thread_loop_unlock", JAVA_LONG);
        loopStop = bindVoid("pw_thread_loop_stop", JAVA_LONG);
        loopDestroy = bindVoid("pw_thread_loop_destroy", JAVA_LONG);
        contextNew = bind("pw_context_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        contextConnect = bind("pw_context_connect", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        contextConnectFd = bind("pw_context_connect_fd", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
        contextDestroy = bindVoid("pw_context_destroy", JAVA_LONG);
        coreDisconnect = bind("pw_core_disconnect", JAVA_INT, JAVA_LONG);
        proxyDestroy = bindVoid("pw_proxy_destroy", JAVA_LONG);
        proxyAddListener = bindVoid("pw_proxy_add_listener", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        streamNew = bind("pw_stream_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        streamAddListener = bindVoid("pw_stream_add_listener", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        streamConnect = bind("pw_stream_connect", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
        streamUpdateParams = bind("pw_stream_update_params", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
        streamDequeue = bind("pw_stream_dequeue_buffer", JAVA_LONG, JAVA_LONG);
        streamQueue = bind("pw_stream_queue_buffer", JAVA_INT, JAVA_LONG, JAVA_LONG);
        streamSetActive = bind("pw_stream_set_active", JAVA_INT, JAVA_LONG, JAVA_BOOLEAN);
        streamNodeId = bind("pw_stream_get_node_id", JAVA_INT, JAVA_LONG);
        streamDisconnect = bind("pw_stream_disconnect", JAVA_INT, JAVA_LONG);
        streamDestroy = bindVoid("pw_stream_destroy", JAVA_LONG);
    }

    /**
     * The library.
     *
     * @throws PipewireException naming what is missing
     */
    static LibPipewire get() {
        return Holder.LOADED.orElseThrow(() -> new PipewireException(Holder.PROBLEM));
    }

    /** Why PipeWire can't be used by this process at all, if so. */
    public static Optional<String> problem() {
        return Holder.LOADED.isPresent() ? Optional.empty() : Optional.of(Holder.PROBLEM);
    }

    /**
     * Version of the library, such as {@code 1.4.2}; the daemon's may be another.
     *
     * @throws PipewireException if there is none
     */
    public static String version() {
        LibPipewire lib = get();
        try {
            return string((long) lib.libraryVersion.invokeExact());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** What a native call threw though it throws nothing. */
    static RuntimeException unexpected(Throwable t) {
        if (t instanceof RuntimeException r) {
            return r;
        }
        throw new AssertionError(t);
    }

    /**
     * A C string, at most {@value #MAX_STRING} bytes of it; empty for a null pointer. Read byte by byte:
     * {@link MemorySegment#getString} looks at eight bytes at once, the last of which may be on a page that isn't there.
     */
    static String string(long address) {
        int length = 0;
        while (address != 0 && length < MAX_STRING && MEMORY.get(JAVA_BYTE, address + length) != 0) {
            length++;
        }
        return length == 0 ? "" : new String(MEMORY.asSlice(address, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(find(name), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle bindVoid(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(find(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment find(String name) {
        return symbols.find(name).orElseThrow(() -> new IllegalStateException("it has no " + name));
    }

    /** Calls through a function pointer that was read from an interface's table. */
    static MethodHandle pointer(MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(result, arguments));
    }

    /**
     * A C function pointer to a method of an object. The method must catch everything: what it throws ends the JVM.
     *
     * @param arena owns it; must outlive every call
     */
    static MemorySegment callback(Object target, MethodHandles.Lookup lookup, String method, Arena arena, ValueLayout... arguments) {
        return callback(target, lookup, method, arena, void.class, FunctionDescriptor.ofVoid(arguments), arguments);
    }

    /** Like {@link #callback}, to a method that returns an {@code int}. */
    static MemorySegment answeringCallback(Object target, MethodHandles.Lookup lookup, String method, Arena arena,
                                           ValueLayout... arguments) {
        return callback(target, lookup, method, arena, int.class, FunctionDescriptor.of(JAVA_INT, arguments), arguments);
    }

    private static MemorySegment callback(Object target, MethodHandles.Lookup lookup, String method, Arena arena, Class<?> result,
                                          FunctionDescriptor descriptor, ValueLayout... arguments) {
        try {
            Class<?>[] types = new Class<?>[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                types[i] = arguments[i].carrier();
            }
            return Linker.nativeLinker().upcallStub(lookup.bind(target, method, MethodType.methodType(result, types)), descriptor, arena);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code pw_properties}, owned by the caller until it hands them on. */
    long properties(Map<String, String> values) {
        try (Arena arena = Arena.ofConfined()) {
            long properties = (long) propertiesNew.invokeExact(arena.allocateFrom("").address());
            for (var entry : values.entrySet()) {
                int ignored = (int) propertiesSet.invokeExact(properties, arena.allocateFrom(entry.getKey()).address(),
                        arena.allocateFrom(entry.getValue()).address());
            }
            return properties;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
