package lumen.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Without a GPU. */
class CudaTest {

    @Test
    void shouldSayThatThereIsNoDriver() {
        assumeFalse(Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/nvidia/lib64")
                .anyMatch(d -> Files.exists(Path.of(d, "libcuda.so.1"))) || new File("/dev/nvidiactl").exists(), "there is a driver");
        for (int i = 0; i < 2; i++) {
            CudaException e = assertThrows(CudaException.class, Cuda::load);
            assertEquals("libcuda.so.1 is not installed: no NVIDIA driver", e.getMessage());
            assertEquals(CudaException.NONE, e.code());
        }
    }

    @Test
    void shouldPlayAFullDevice() {
        MemoryBudget budget = MemoryBudget.of(100);
        budget.take(60);
        CudaException e = assertThrows(CudaException.class, () -> budget.take(41));
        assertEquals(CudaException.OUT_OF_MEMORY, e.code());
        assertTrue(e.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY"), e.getMessage());
        budget.take(40);
        budget.give(60);
        assertEquals(40, budget.taken());
    }

    @Test
    void shouldRefuseWhatWouldEndTheContext() {
        FrameKernels.check("RGB", 256, 2564, 641, 363, 4, 641 * 4L);
        for (String wrong : new String[] {"0 2564 641 363", "258 2564 641 363", "256 2566 641 363", "256 2560 641 363", "256 2564 0 363",
            "256 2564 641 -1", "256 -2564 641 363"}) {
            String[] n = wrong.split(" ");
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> FrameKernels.check("RGB", Long.parseLong(n[0]),
                    Integer.parseInt(n[1]), Integer.parseInt(n[2]), Integer.parseInt(n[3]), 4, 641 * 4L), wrong);
            assertTrue(e.getMessage().startsWith("RGB "), e.getMessage());
        }
    }

    @Test
    void shouldNotLetABudgetOverflow() {
        MemoryBudget budget = MemoryBudget.unlimited();
        budget.take(Long.MAX_VALUE);
        assertEquals(CudaException.OUT_OF_MEMORY, assertThrows(CudaException.class, () -> budget.take(1)).code());
        assertThrows(IllegalArgumentException.class, () -> budget.take(-1));
        assertEquals(Long.MAX_VALUE, budget.taken());
    }
}
