package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lumen.client.Encryption;
import lumen.client.InputScript;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Picture, sound and input of the shipped host, verified against the test card by the reference client. */
@Timeout(120)
class TestCardStreamTest {
    private static final double ENOUGH_DECIBELS = 30;
    /** Key codes of text: this plus the code point. */
    private static final int TEXT = 0x1000000;
    /** Linux' KEY_A. */
    private static final int KEY_A = 30;

    @TempDir
    private static Path work;
    private static HostProcess host;

    private StreamingClient client;

    @BeforeAll
    static void startHost() throws Exception {
        host = HostProcess.testcard(work);
    }

    @AfterAll
    static void stopHost() throws InterruptedException {
        host.close();
    }

    @BeforeEach
    void pairClient(TestInfo test) throws Exception {
        client = host.pairedClient(test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void quit() {
        client.quit();
        client.close();
    }

    @Test
    void shouldShowTheCardAndPlayItsToneInTheClear() {
        CycleReport cycle = Streams.passed(client, Streams.card(6));

        assertEquals(0, cycle.frames().lost());
        assertEquals(0, cycle.frames().failed());
        assertEquals(cycle.frames().decoded(), cycle.frames().verified());
        assertTrue(cycle.picture().lowestPsnr() >= ENOUGH_DECIBELS, cycle.picture()::toString);
        assertFalse(cycle.negotiated().videoEncrypted());
        assertFalse(cycle.negotiated().audioEncrypted());
        assertTone(cycle);
    }

    @Test
    void shouldShowTheSameWithAllStreamsEncrypted() {
        CycleReport cycle = Streams.passed(client, Streams.card(6).encryption(Encryption.ALL));

        assertTrue(cycle.negotiated().videoEncrypted());
        assertTrue(cycle.negotiated().audioEncrypted());
        assertEquals(0, cycle.frames().lost());
        assertEquals(cycle.frames().decoded(), cycle.frames().verified());
        assertTone(cycle);
    }

    @Test
    void shouldRepairTwoPercentLoss() {
        // A frame of eight packets has two parity packets: three of ten are lost in one frame of a thousand,
        // so one lost frame in 300 is nothing to wonder about, and four are.
        CycleReport cycle = Streams.passed(client, Streams.card(5).packetSize(512).bitrateKbps(15_000).loss(0.02, 7));

        assertTrue(cycle.packets().droppedOnPurpose() > 10, cycle.packets()::toString);
        assertTrue(cycle.packets().recovered() > 0, cycle.packets()::toString);
        assertTrue(cycle.audio().droppedOnPurpose() > 0, cycle.audio()::toString);
        assertTrue(cycle.audio().recovered() > 0, cycle.audio()::toString);
        assertTrue(cycle.frames().lost() <= 3, cycle.frames()::toString);
        assertEquals(cycle.frames().decoded(), cycle.frames().verified());
    }

    @Test
    void shouldStreamAnUnusualSizeAtThirtyFramesInFourSlices() throws Exception {
        Path video = work.resolve("slices.h264");
        CycleReport cycle = Streams.passed(client, Streams.card(4).size(854, 480).fps(30).slices(4).expectMinFrames(60)
                .dumpVideo(video));

        assertEquals(4, cycle.negotiated().slices());
        assertTrue(cycle.frames().framesPerSecond() < 32, cycle.frames()::toString);
        assertEquals(4 * cycle.frames().complete(), slices(Files.readAllBytes(video)));
    }

    /** NAL units of type 1 (slice) and 5 (slice of an IDR picture). */
    private static long slices(byte[] stream) {
        long count = 0;
        for (int i = 0; i + 3 < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                int type = stream[i + 3] & 0x1f;
                if (type == 1 || type == 5) {
                    count++;
                }
            }
        }
        return count;
    }

    @Test
    void shouldAnswerARequestForAKeyFrame() {
        CycleReport cycle = Streams.passed(client, Streams.card(3).input(InputScript.parse(List.of("1000 idr"), "script")));

        assertEquals(2, cycle.frames().idr(), cycle.frames()::toString);
    }

    @Test
    void shouldCarryInputToTheDisplay() {
        CycleReport pointer = input("500 pos 200 100 640 360", "800 btn 1 down", "900 scroll 120", "900 hscroll -120",
                "1000 key 0x41 down", "1050 key 0x41 up");
        assertEquals(200, pointer.picture().pointerX(), 2);
        assertEquals(100, pointer.picture().pointerY(), 2);
        assertEquals(1, pointer.picture().buttons());
        assertEquals(KEY_A, pointer.picture().lastKey());
        assertTrue(pointer.inputEvents() >= 6);

        CycleReport text = input("500 text grün €", "700 move 40 -20");
        assertEquals(TEXT + '€', text.picture().lastKey());
        assertEquals(0, text.picture().buttons(), "a button stays down over a reconnect");
    }

    private CycleReport input(String... lines) {
        StreamOptions.Builder options = Streams.card(3).size(640, 360).fps(30).expectMinFrames(45)
                .input(InputScript.parse(List.of(lines), "script"));
        return Streams.passed(client, options);
    }

    private static void assertTone(CycleReport cycle) {
        assertTrue(cycle.audio().packets() > 500, cycle.audio()::toString);
        assertEquals(0, cycle.audio().discontinuities());
        cycle.audio().rms().forEach(rms -> assertEquals(0.177, rms, 0.02));
    }
}
