package lumen.core.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LossModelTest {
    @Test
    @DisplayName("Rates are met in the long run, bursts have their length, and a seed repeats its pattern")
    void ratesAreMet() {
        for (String text : new String[] {"random:0.05:7", "burst:0.05:4:7"}) {
            LossModel model = LossModel.parse(text);
            LossModel again = LossModel.parse(text);
            int lost = 0;
            int bursts = 0;
            boolean before = false;
            for (int i = 0; i < 400_000; i++) {
                boolean now = model.lost();
                assertEquals(now, again.lost());
                lost += now ? 1 : 0;
                bursts += now && !before ? 1 : 0;
                before = now;
            }
            assertEquals(0.05, lost / 400_000.0, 0.004, text);
            assertEquals(text.startsWith("burst") ? 4 : 1.05, (double) lost / bursts, 0.2, text);
        }
    }

    @Test
    void nonsenseIsRefusedWithWhatIsAllowed() {
        for (String text : new String[] {"", "random", "random:2:1", "random:x:1", "burst:0.1:0:1", "none:1"}) {
            assertThrows(IllegalArgumentException.class, () -> LossModel.parse(text), text);
        }
    }
}
