package lumen.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pictures of one device read by another, through descriptors, on whatever Vulkan drives here. */
@Tag("vm")
@Tag("gpu")
class SampleRoundTripTest {
    private static final int XR24 = 'X' | 'R' << 8 | '2' << 16 | '4' << 24;
    private static final int XB30 = 'X' | 'B' << 8 | '3' << 16 | '0' << 24;
    private static final int WIDTH = 333;
    private static final int HEIGHT = 77;
    private static final long LIMIT_NANOS = 5_000_000_000L;

    private static HandleType type(Gpu gpu) {
        return gpu.knows(HandleType.DMA_BUF) ? HandleType.DMA_BUF : HandleType.OPAQUE_FD;
    }

    @Test
    void aPictureInRowsIsReadAsABufferOfAnotherDevice() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            for (Gpu gpu : instance.gpus()) {
                System.out.println(gpu + " " + gpu.kind() + " " + gpu.uuid() + " " + type(gpu) + " " + gpu.buffers(type(gpu)));
                VulkanBudget budget = VulkanBudget.unlimited();
                try (SamplePictures pictures = new SamplePictures(gpu);
                        SamplePicture picture = pictures.linear(XR24, WIDTH, HEIGHT, 64, 1408, type(gpu));
                        VulkanDevice device = VulkanDevice.open(gpu, budget);
                        VulkanBuffer from = VulkanBuffer.importFrom(device, "test", 64 + 1408L * HEIGHT, picture.memory());
                        VulkanBuffer to = VulkanBuffer.onHost(device, "test", WIDTH * HEIGHT * 4L);
                        CopyCommands copy = new CopyCommands(device, true)) {
                    copy.begin();
                    copy.acquire(from);
                    copy.copyRows(from, 64, 1408, to, 0, WIDTH * 4, WIDTH * 4, HEIGHT);
                    copy.release(from);
                    copy.toHost();
                    copy.end();
                    for (int seed = 1; seed < 4; seed++) {
                        picture.paint(seed);
                        copy.submit();
                        assertTrue(copy.await(LIMIT_NANOS));
                        assertEquals(0, SamplePicture.mismatches(to.bytes(), WIDTH * 4, WIDTH, HEIGHT, seed));
                        assertTrue(copy.gpuNanos() > 0);
                    }
                }
                assertEquals(0, budget.used());
            }
        }
    }

    @Test
    void aPictureOfEachModifierIsReadAsAnImageOfAnotherDevice() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            for (Gpu gpu : instance.gpus()) {
                for (int fourcc : List.of(XR24, XB30)) {
                    List<ModifierSupport> modifiers = gpu.modifiers(fourcc, type(gpu));
                    System.out.println(gpu.name() + " " + modifiers);
                    assertFalse(modifiers.isEmpty());
                    for (ModifierSupport modifier : modifiers) {
                        if (modifier.importable() && modifier.exportable()) {
                            roundTrip(gpu, fourcc, modifier);
                        }
                    }
                }
            }
        }
    }

    private static void roundTrip(Gpu gpu, int fourcc, ModifierSupport modifier) {
        try (SamplePictures pictures = new SamplePictures(gpu);
                SamplePicture picture = pictures.tiled(fourcc, WIDTH, HEIGHT, modifier, type(gpu));
                VulkanDevice device = VulkanDevice.open(gpu, VulkanBudget.unlimited());
                VulkanImage from = VulkanImage.importFrom(device, "test", fourcc, WIDTH, HEIGHT, modifier.modifier(), picture.planes(),
                        picture.memory(), modifier.sampled());
                VulkanBuffer to = VulkanBuffer.onHost(device, "test", WIDTH * HEIGHT * 4L)) {
            System.out.println(Long.toHexString(modifier.modifier()) + " " + picture.planes() + " " + picture.memory());
            try (CopyCommands copy = new CopyCommands(device, false)) {
                copy.begin();
                copy.acquire(from);
                copy.copy(from, to);
                repeated(copy, picture, from, to);
            }
            assertTrue(modifier.sampled(), "no shader reads " + modifier);
            try (DetileProgram program = new DetileProgram(device);
                    DetileBinding binding = new DetileBinding(program, from, to);
                    CopyCommands detile = new CopyCommands(device, false)) {
                detile.begin(CopyCommands.Worker.SHADER);
                detile.acquire(from);
                detile.detile(binding);
                repeated(detile, picture, from, to);
            }
        }
    }

    private static void repeated(CopyCommands commands, SamplePicture picture, VulkanImage from, VulkanBuffer to) {
        commands.release(from);
        commands.toHost();
        commands.end();
        for (int seed = 1; seed < 4; seed++) {
            picture.paint(seed);
            to.bytes().fill((byte) 0);
            commands.submit();
            assertTrue(commands.await(LIMIT_NANOS));
            assertEquals(0, SamplePicture.mismatches(to.bytes(), WIDTH * 4, WIDTH, HEIGHT, seed));
        }
    }

    @Test
    void theBudgetEndsAsDeviceMemoryDoes() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            VulkanBudget budget = new VulkanBudget(1 << 20);
            try (VulkanDevice device = VulkanDevice.open(instance.gpus().getFirst(), budget);
                    VulkanBuffer first = VulkanBuffer.onDevice(device, "first", 1 << 19)) {
                VulkanException e = assertThrows(VulkanException.class, () -> VulkanBuffer.onDevice(device, "second", 1 << 20));
                assertTrue(e.getMessage().contains("VK_ERROR_OUT_OF_DEVICE_MEMORY"), e.getMessage());
                assertEquals(first.allocationSize(), budget.used());
            }
            assertEquals(0, budget.used());
        }
    }
}
