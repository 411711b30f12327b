package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A desktop on which nothing happens: the source gives one frame, the client still gets its rate. */
@Timeout(60)
class StillPictureTest {
    @TempDir
    private Path work;

    @Test
    void shouldRepeatAStillPictureAtTheClientsRate() throws Exception {
        try (HostProcess host = HostProcess.testcard(work, "testcard.mode=still");
                StreamingClient client = host.pairedClient("watcher")) {
            CycleReport cycle = Streams.passed(client, Streams.card(4).expectMinFrames(160).fps(60));

            assertEquals(60, cycle.frames().framesPerSecond(), 12);
            // Clients wake a display by two moves of the pointer, which the card shows.
            assertTrue(cycle.picture().lastCounter() - cycle.picture().firstCounter() <= 2, cycle.picture()::toString);
            assertTrue(cycle.frames().repeated() >= cycle.frames().verified() - 3, cycle.frames()::toString);
            // One data and two parity packets a frame: 60 x 3 x 1.4 kB are the least.
            assertTrue(cycle.packets().megabitsPerSecond() < 3, "a still picture costs " + cycle.packets());
        }
    }
}
