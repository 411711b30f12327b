package lumen.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Handles to the driver's functions. All return {@code CUresult}; {@code CUdevice} is an int, every other handle an
 * address passed as a long.
 */
final class LibCuda {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());

    static final MethodHandle INIT = bind("cuInit", JAVA_INT);
    static final MethodHandle DRIVER_GET_VERSION = bind("cuDriverGetVersion", ADDRESS);
    static final MethodHandle GET_ERROR_NAME = bind("cuGetErrorName", JAVA_INT, ADDRESS);
    static final MethodHandle DEVICE_GET_COUNT = bind("cuDeviceGetCount", ADDRESS);
    static final MethodHandle DEVICE_GET = bind("cuDeviceGet", ADDRESS, JAVA_INT);
    static final MethodHandle DEVICE_GET_NAME = bind("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle DEVICE_GET_UUID = bind("cuDeviceGetUuid_v2", ADDRESS, JAVA_INT);
    static final MethodHandle DEVICE_GET_ATTRIBUTE = bind("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle DEVICE_TOTAL_MEM = bind("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
    static final MethodHandle PRIMARY_CTX_GET_STATE = bind("cuDevicePrimaryCtxGetState", JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle PRIMARY_CTX_SET_FLAGS = bind("cuDevicePrimaryCtxSetFlags_v2", JAVA_INT, JAVA_INT);
    static final MethodHandle PRIMARY_CTX_RETAIN = bind("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT);
    static final MethodHandle PRIMARY_CTX_RELEASE = bind("cuDevicePrimaryCtxRelease_v2", JAVA_INT);
    static final MethodHandle CTX_SET_CURRENT = bind("cuCtxSetCurrent", JAVA_LONG);
    static final MethodHandle MEM_GET_INFO = bind("cuMemGetInfo_v2", ADDRESS, ADDRESS);
    static final MethodHandle MEM_ALLOC = bind("cuMemAlloc_v2", ADDRESS, JAVA_LONG);
    static final MethodHandle MEM_ALLOC_PITCH = bind("cuMemAllocPitch_v2", ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle MEM_FREE = bind("cuMemFree_v2", JAVA_LONG);
    static final MethodHandle MEM_HOST_ALLOC = bind("cuMemHostAlloc", ADDRESS, JAVA_LONG, JAVA_INT);
    static final MethodHandle MEM_FREE_HOST = bind("cuMemFreeHost", JAVA_LONG);
    static final MethodHandle MEMSET_D8_ASYNC = bind("cuMemsetD8Async", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MEMCPY_2D_ASYNC = bind("cuMemcpy2DAsync_v2", ADDRESS, JAVA_LONG);
    static final MethodHandle ARRAY_CREATE = bind("cuArrayCreate_v2", ADDRESS, ADDRESS);
    static final MethodHandle ARRAY_DESTROY = bind("cuArrayDestroy", JAVA_LONG);
    static final MethodHandle STREAM_CREATE = bind("cuStreamCreate", ADDRESS, JAVA_INT);
    static final MethodHandle STREAM_DESTROY = bind("cuStreamDestroy_v2", JAVA_LONG);
    static final MethodHandle STREAM_QUERY = bind("cuStreamQuery", JAVA_LONG);
    static final MethodHandle STREAM_WAIT_EVENT = bind("cuStreamWaitEvent", JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle EVENT_CREATE = bind("cuEventCreate", ADDRESS, JAVA_INT);
    static final MethodHandle EVENT_DESTROY = bind("cuEventDestroy_v2", JAVA_LONG);
    static final MethodHandle EVENT_RECORD = bind("cuEventRecord", JAVA_LONG, JAVA_LONG);
    static final MethodHandle EVENT_QUERY = bind("cuEventQuery", JAVA_LONG);
    static final MethodHandle EVENT_ELAPSED_TIME = bind("cuEventElapsedTime", ADDRESS, JAVA_LONG, JAVA_LONG);
    static final MethodHandle IMPORT_EXTERNAL_MEMORY = bind("cuImportExternalMemory", ADDRESS, ADDRESS);
    static final MethodHandle EXTERNAL_MEMORY_GET_MAPPED_BUFFER =
            bind("cuExternalMemoryGetMappedBuffer", ADDRESS, JAVA_LONG, ADDRESS);
    static final MethodHandle DESTROY_EXTERNAL_MEMORY = bind("cuDestroyExternalMemory", JAVA_LONG);
    /** Since CUDA 11.7. */
    static final Optional<MethodHandle> MEM_GET_HANDLE_FOR_ADDRESS_RANGE =
            find("cuMemGetHandleForAddressRange", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    static final MethodHandle IMPORT_EXTERNAL_SEMAPHORE = bind("cuImportExternalSemaphore", ADDRESS, ADDRESS);
    static final MethodHandle WAIT_EXTERNAL_SEMAPHORES =
            bind("cuWaitExternalSemaphoresAsync", ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG);
    static final MethodHandle SIGNAL_EXTERNAL_SEMAPHORES =
            bind("cuSignalExternalSemaphoresAsync", ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG);
    static final MethodHandle DESTROY_EXTERNAL_SEMAPHORE = bind("cuDestroyExternalSemaphore", JAVA_LONG);
    static final MethodHandle GRAPHICS_GL_REGISTER_IMAGE = bind("cuGraphicsGLRegisterImage", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle GRAPHICS_EGL_REGISTER_IMAGE = bind("cuGraphicsEGLRegisterImage", ADDRESS, JAVA_LONG, JAVA_INT);
    static final MethodHandle GRAPHICS_MAP_RESOURCES = bind("cuGraphicsMapResources", JAVA_INT, ADDRESS, JAVA_LONG);
    static final MethodHandle GRAPHICS_UNMAP_RESOURCES = bind("cuGraphicsUnmapResources", JAVA_INT, ADDRESS, JAVA_LONG);
    static final MethodHandle GRAPHICS_GET_MAPPED_ARRAY =
            bind("cuGraphicsSubResourceGetMappedArray", ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle GRAPHICS_UNREGISTER = bind("cuGraphicsUnregisterResource", JAVA_LONG);
    static final MethodHandle MODULE_LOAD_DATA_EX =
            bind("cuModuleLoadDataEx", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle MODULE_GET_FUNCTION = bind("cuModuleGetFunction", ADDRESS, JAVA_LONG, ADDRESS);
    static final MethodHandle MODULE_UNLOAD = bind("cuModuleUnload", JAVA_LONG);
    static final MethodHandle LAUNCH_KERNEL = bind("cuLaunchKernel", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);

    private LibCuda() {
    }

    private static MethodHandle bind(String name, MemoryLayout... arguments) {
        return find(name, arguments).orElseThrow(() -> new IllegalStateException("no " + name));
    }

    private static Optional<MethodHandle> find(String name, MemoryLayout... arguments) {
        return LIBRARY.find(name).map(address -> LINKER.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, arguments)));
    }

    /** @throws CudaException naming call and error, unless the result is {@code CUDA_SUCCESS} */
    static void check(String call, int result) {
        if (result != 0) {
            throw failure(call, result);
        }
    }

    /** True if the work has ended; {@code CUDA_ERROR_NOT_READY} is no error. */
    static boolean done(String call, int result) {
        if (result == CudaException.NOT_READY) {
            return false;
        }
        check(call, result);
        return true;
    }

    static CudaException failure(String call, int result) {
        return new CudaException(call + ": " + name(result), result);
    }

    static String name(int result) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ADDRESS);
            int found = (int) GET_ERROR_NAME.invokeExact(result, text);
            return found == 0 ? text.get(ADDRESS, 0).reinterpret(256).getString(0) : "CUresult " + result;
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Handles declare Throwable, but throw what Java's own checks throw at most. */
    static RuntimeException rethrow(Throwable t) {
        if (t instanceof RuntimeException e) {
            return e;
        }
        if (t instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(t);
    }
}
