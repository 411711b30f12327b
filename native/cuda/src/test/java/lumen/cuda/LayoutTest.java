package lumen.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Structs and numbers, held against NVIDIA's header where a toolkit is installed. */
class LayoutTest {
    private static final Path INCLUDE = Path.of("/usr/local/cuda/include");

    @TempDir
    private Path folder;

    @Test
    void shouldAgreeWithTheHeader() throws Exception {
        assumeTrue(Files.exists(INCLUDE.resolve("cuda.h")), "cuda.h is not installed");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("sizeof(CUDA_MEMCPY2D)", Copy2d.SIZEOF);
        ours.put("offsetof(CUDA_MEMCPY2D, srcMemoryType)", Copy2d.SRC_MEMORY_TYPE);
        ours.put("offsetof(CUDA_MEMCPY2D, srcHost)", Copy2d.SRC_HOST);
        ours.put("offsetof(CUDA_MEMCPY2D, srcDevice)", Copy2d.SRC_DEVICE);
        ours.put("offsetof(CUDA_MEMCPY2D, srcArray)", Copy2d.SRC_ARRAY);
        ours.put("offsetof(CUDA_MEMCPY2D, srcPitch)", Copy2d.SRC_PITCH);
        ours.put("offsetof(CUDA_MEMCPY2D, dstMemoryType)", Copy2d.DST_MEMORY_TYPE);
        ours.put("offsetof(CUDA_MEMCPY2D, dstHost)", Copy2d.DST_HOST);
        ours.put("offsetof(CUDA_MEMCPY2D, dstDevice)", Copy2d.DST_DEVICE);
        ours.put("offsetof(CUDA_MEMCPY2D, dstPitch)", Copy2d.DST_PITCH);
        ours.put("offsetof(CUDA_MEMCPY2D, WidthInBytes)", Copy2d.WIDTH_IN_BYTES);
        ours.put("offsetof(CUDA_MEMCPY2D, Height)", Copy2d.HEIGHT);
        ours.put("CU_MEMORYTYPE_HOST", (long) Copy2d.HOST);
        ours.put("CU_MEMORYTYPE_DEVICE", (long) Copy2d.DEVICE);
        ours.put("CU_MEMORYTYPE_ARRAY", (long) Copy2d.ARRAY);
        ours.put("offsetof(CUDA_MEMCPY2D, srcXInBytes)", Copy2d.SRC_X_IN_BYTES);
        ours.put("offsetof(CUDA_MEMCPY2D, srcY)", Copy2d.SRC_Y);
        ours.put("offsetof(CUDA_MEMCPY2D, dstXInBytes)", Copy2d.DST_X_IN_BYTES);
        ours.put("offsetof(CUDA_MEMCPY2D, dstY)", Copy2d.DST_Y);
        ours.put("offsetof(CUDA_MEMCPY2D, dstArray)", Copy2d.DST_ARRAY);
        ours.put("sizeof(CUDA_ARRAY_DESCRIPTOR)", CudaArray.SIZEOF);
        ours.put("offsetof(CUDA_ARRAY_DESCRIPTOR, Width)", CudaArray.WIDTH);
        ours.put("offsetof(CUDA_ARRAY_DESCRIPTOR, Height)", CudaArray.HEIGHT);
        ours.put("offsetof(CUDA_ARRAY_DESCRIPTOR, Format)", CudaArray.FORMAT);
        ours.put("offsetof(CUDA_ARRAY_DESCRIPTOR, NumChannels)", CudaArray.NUM_CHANNELS);
        ours.put("CU_AD_FORMAT_UNSIGNED_INT8", (long) CudaArray.FORMAT_UNSIGNED_INT8);
        ours.put("CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD", (long) ExternalSemaphore.TYPE_OPAQUE_FD);
        ours.put("sizeof(CUDA_EXTERNAL_MEMORY_HANDLE_DESC)", ExternalMemory.SIZEOF_HANDLE_DESC);
        ours.put("offsetof(CUDA_EXTERNAL_MEMORY_HANDLE_DESC, handle)", ExternalMemory.HANDLE_DESC_HANDLE);
        ours.put("offsetof(CUDA_EXTERNAL_MEMORY_HANDLE_DESC, size)", ExternalMemory.HANDLE_DESC_SIZE);
        ours.put("offsetof(CUDA_EXTERNAL_MEMORY_HANDLE_DESC, flags)", ExternalMemory.HANDLE_DESC_FLAGS);
        ours.put("sizeof(CUDA_EXTERNAL_MEMORY_BUFFER_DESC)", ExternalMemory.SIZEOF_BUFFER_DESC);
        ours.put("offsetof(CUDA_EXTERNAL_MEMORY_BUFFER_DESC, size)", ExternalMemory.BUFFER_DESC_SIZE);
        ours.put("CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD", (long) ExternalMemory.TYPE_OPAQUE_FD);
        ours.put("CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD", (long) RawDmabuf.RANGE_HANDLE_DMA_BUF_FD);
        ours.put("CUDA_EXTERNAL_MEMORY_DEDICATED", (long) ExternalMemory.DEDICATED);
        ours.put("sizeof(CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC)", ExternalSemaphore.SIZEOF_HANDLE_DESC);
        ours.put("offsetof(CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC, handle)", ExternalSemaphore.HANDLE_DESC_HANDLE);
        ours.put("sizeof(CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS)", ExternalSemaphore.SIZEOF_PARAMS);
        ours.put("sizeof(CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS)", ExternalSemaphore.SIZEOF_PARAMS);
        ours.put("offsetof(CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS, params.fence.value)", 0L);
        ours.put("CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD", (long) ExternalSemaphore.TYPE_TIMELINE_FD);
        ours.put("CUDA_ERROR_OUT_OF_MEMORY", (long) CudaException.OUT_OF_MEMORY);
        ours.put("CUDA_ERROR_NOT_READY", (long) CudaException.NOT_READY);
        StringBuilder program = new StringBuilder("#include <cuda.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n");
        ours.keySet().forEach(e -> program.append("printf(\"%ld\\n\", (long) (").append(e).append("));\n"));
        Path source = Files.writeString(folder.resolve("layout.c"), program.append("return 0; }\n"));
        Path binary = folder.resolve("layout");
        run(List.of("gcc", "-I", INCLUDE.toString(), "-o", binary.toString(), source.toString()));
        List<String> theirs = run(List.of(binary.toString())).lines().toList();
        int line = 0;
        for (Map.Entry<String, Long> e : ours.entrySet()) {
            assertEquals(Long.parseLong(theirs.get(line++)), e.getValue(), e.getKey());
        }
    }

    @Test
    void shouldShipThePtxOfItsSource() throws Exception {
        Path project = Path.of("").toAbsolutePath();
        assumeTrue(Files.isExecutable(Path.of("/usr/local/bin/nvcc")) || Files.isExecutable(Path.of("/usr/local/cuda/bin/nvcc")),
                "nvcc is not installed");
        Path fresh = folder.resolve("frames.ptx");
        run(List.of(project.resolve("src/main/cuda/compile").toString(), fresh.toString()));
        // Another nvcc may choose other registers; what must not differ is which kernels there are and what they take.
        assertEquals(signatures(fresh), signatures(project.resolve("src/main/resources/lumen/cuda/frames.ptx")));
        run(List.of("ptxas", "-arch=sm_75", "-o", folder.resolve("frames.cubin").toString(),
                project.resolve("src/main/resources/lumen/cuda/frames.ptx").toString()));
    }

    private static List<String> signatures(Path ptx) throws Exception {
        return Files.readAllLines(ptx).stream().filter(l -> l.contains(".entry") || l.contains(".param .") || l.startsWith(".version")
                || l.startsWith(".target")).toList();
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), () -> command + ": " + output);
        return output;
    }
}
