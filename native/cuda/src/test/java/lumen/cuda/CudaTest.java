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
}
