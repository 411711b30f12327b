package lumen.rig.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void everyOptionIsUnderstood() {
        assertEquals(Options.fullscreen(), Options.parse(List.of()));
        assertEquals(new Options(true, 0, Optional.of("DP-1"), 0, 0, true, Duration.ofSeconds(5)),
                Options.parse(List.of("--still", "--output", "DP-1", "--cursor", "--seconds", "5")));
        assertEquals(new Options(false, 30, Optional.empty(), 1367, 771, false, Duration.ZERO),
                Options.parse(List.of("--rate", "30", "--size", "1367x771")));
    }

    @Test
    void whatIsWrongIsNamed() {
        for (List<String> wrong : List.of(List.of("--wide"), List.of("--size"), List.of("--size", "1x2x3"),
                List.of("--size", "0x100"), List.of("--rate", "x"), List.of("--seconds", "-1"))) {
            String message = assertThrows(IllegalArgumentException.class, () -> Options.parse(wrong)).getMessage();
            assertTrue(message.contains(wrong.getFirst()), message);
        }
    }
}
