package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import lumen.client.InputScript;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real desktop: sway with a terminal in it, its pixels in the client's picture and the client's keys in its file. */
@Timeout(120)
class SwayStreamTest {
    private static final int COLOUR = 0x2050b0;
    private static final int COLOUR_TOLERANCE = 10;
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private OrdinaryUser user;
    private HostProcess host;
    private StreamingClient client;

    @BeforeEach
    void startHost() throws Exception {
        assumeTrue(installed("sway"), "sway is not installed");
        assumeTrue(installed("foot"), "foot is not installed");
        user = OrdinaryUser.create();
        Files.writeString(user.folder().resolve("lumen.conf"), """
                apps = [
                  { title = "Desktop" }
                  { title = "Terminal", command = ["foot", "--config=/dev/null", "--override=colors.background=%06x",
                      "--override=pad=0x0", "sh", "-c", "cat > %s"] }
                ]
                """.formatted(COLOUR, typed()));
        host = HostProcess.start(user.product(), user.folder(), user.prefix(), user.environment(),
                List.of("display.source=virtual", "display.compositor=wlroots"));
        client = host.pairedClient("desktop");
    }

    @AfterEach
    void stopHost() throws Exception {
        if (client != null) {
            client.close();
        }
        if (host != null) {
            host.close();
        }
        if (user != null) {
            user.close();
        }
    }

    @Test
    void shouldShowAWindowAndTypeIntoItAndLeaveNothingBehindAfterQuit() throws Exception {
        Path picture = user.folder().resolve("last.png");
        CycleReport cycle = Streams.passed(client, terminal(1280, 720, 7, picture).input(InputScript.parse(List.of(
                "4000 text grün", "4100 key 0x20 down", "4120 key 0x20 up", "4200 key 0x41 down", "4220 key 0x41 up",
                "4400 key 0x0D down", "4420 key 0x0D up"), "script")));

        assertTrue(cycle.frames().complete() > 100, cycle.frames()::toString);
        assertShowsTheWindow(picture, 1280, 720);
        assertEquals("grün a\n", Files.readString(typed()));
        List<ProcessHandle> desktop = desktop();
        client.quit();
        assertAllEnd(desktop);
        assertTrue(host.process().isAlive());
    }

    @Test
    void shouldShowAWindowAtAnotherWidthAndLeaveNothingBehindAfterSigterm() throws Exception {
        Path picture = user.folder().resolve("last.png");
        Streams.passed(client, terminal(1366, 768, 5, picture));

        assertShowsTheWindow(picture, 1366, 768);
        List<ProcessHandle> desktop = desktop();
        host.terminate();
        assertAllEnd(desktop);
    }

    @Test
    void shouldLeaveNothingBehindAfterAKillAndStartAgain() throws Exception {
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, terminal(640, 360, 60, null));
        host.awaitFrames(30, stream);
        List<ProcessHandle> desktop = desktop();

        host.kill();

        assertAllEnd(desktop);
        assertTrue(stream.handle((report, failure) -> failure != null || !report.passed()).get());
        host.start();
        Path picture = user.folder().resolve("again.png");
        Streams.passed(client, Streams.plain(2).dumpPicture(picture));
        assertFalse(black(ImageIO.read(picture.toFile())), "the bare desktop is black");
    }

    private static StreamOptions.Builder terminal(int width, int height, int seconds, Path picture) {
        return StreamOptions.builder().app("Terminal").size(width, height).fps(30).duration(Duration.ofSeconds(seconds))
                .dumpPicture(picture);
    }

    private Path typed() {
        return user.folder().resolve("home/typed");
    }

    /** The window fills the output: its colour is in all corners but where the text stands. */
    private static void assertShowsTheWindow(Path file, int width, int height) throws IOException {
        BufferedImage picture = ImageIO.read(file.toFile());
        assertEquals(width, picture.getWidth());
        assertEquals(height, picture.getHeight());
        for (int[] point : new int[][] {{width - 8, 8}, {8, height - 8}, {width - 8, height - 8}, {width / 2, height * 3 / 4}}) {
            int rgb = picture.getRGB(point[0], point[1]);
            for (int shift = 0; shift <= 16; shift += 8) {
                assertEquals(COLOUR >> shift & 0xff, rgb >> shift & 0xff, COLOUR_TOLERANCE,
                        () -> "at " + Arrays.toString(point) + ": " + Integer.toHexString(rgb));
            }
        }
    }

    private static boolean black(BufferedImage picture) {
        int rgb = picture.getRGB(picture.getWidth() / 2, picture.getHeight() / 2);
        return (rgb >> 16 & 0xff) < 16 && (rgb >> 8 & 0xff) < 16 && (rgb & 0xff) < 16;
    }

    /** sway, and everything that runs in it. */
    private List<ProcessHandle> desktop() {
        List<ProcessHandle> processes = host.process().descendants().toList();
        assertTrue(processes.stream().anyMatch(p -> p.info().command().orElse("").endsWith("/sway")), "sway does not run");
        assertTrue(processes.stream().anyMatch(p -> p.info().command().orElse("").endsWith("/foot")), "foot does not run");
        return processes;
    }

    private static void assertAllEnd(List<ProcessHandle> processes) throws Exception {
        Await.until("the desktop's processes end", END_LIMIT, () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static boolean installed(String program) {
        return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    }
}
