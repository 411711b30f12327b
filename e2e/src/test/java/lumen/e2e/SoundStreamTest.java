package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import lumen.client.StreamingClient;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that plays through PipeWire on a desktop of its own, heard by the client and by nobody else. */
@Tag("rig")
@Timeout(120)
class SoundStreamTest {
    private static final int RATE = 48_000;
    private static final double LEFT = 0.5;
    private static final double RIGHT = 0.2;

    @TempDir
    private Path folder;
    private HostProcess host;
    private StreamingClient client;

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (host != null) {
            host.close();
        }
    }

    /** A minute of 16-bit samples, another amplitude on each channel. */
    private Path tone() throws Exception {
        int frames = 60 * RATE;
        ByteBuffer wav = ByteBuffer.allocate(44 + frames * 4).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(wav.capacity() - 8).put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16).putShort((short) 1).putShort((short) 2).putInt(RATE).putInt(4 * RATE).putShort((short) 4).putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII)).putInt(frames * 4);
        for (int i = 0; i < frames; i++) {
            double sine = Short.MAX_VALUE * Math.sin(2 * Math.PI * 440 * i / RATE);
            wav.putShort((short) (LEFT * sine)).putShort((short) (RIGHT * sine));
        }
        return Files.write(folder.resolve("tone.wav"), wav.array());
    }

    private void serve(String... settings) throws Exception {
        Files.writeString(folder.resolve("lumen.conf"), """
                apps = [
                  { title = "Music", command = ["pw-play", "%s"] }
                  { title = "Desktop" }
                ]
                """.formatted(tone()));
        host = HostProcess.start(Product.ROOT, folder, List.of(), Map.of(), List.of(settings));
        client = host.pairedClient("tv");
    }

    private static String nodes() throws Exception {
        return new String(new ProcessBuilder("pw-cli", "ls", "Node").redirectErrorStream(true).start().getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
    }

    private List<Double> hear(String app) throws Exception {
        // The stream before may still be ending.
        host.awaitStreaming(0);
        CompletableFuture<StreamReport> report = Streams.inBackground(client,
                Streams.plain(6).app(app).silent(true).expectMinFrames(1));
        host.awaitFrames(5, report);
        Map<?, ?> session = (Map<?, ?>) ((List<?>) host.sessions().get("sessions")).getFirst();
        System.out.println(session.get("audio-source") + " " + session.get("audio-source-events") + " " + session.get("audio"));
        assertTrue(session.get("audio-source").toString().startsWith("lumen-"), () -> session.get("audio-source").toString());
        return Streams.cycle(report).audio().rms();
    }

    @Test
    void shouldBeHeardByTheClientAlone() throws Exception {
        serve("display.source=virtual", "display.compositor=wlroots");
        List<Double> rms = hear("Music");
        assertEquals(LEFT / Math.sqrt(2), rms.get(0), 0.1);
        assertEquals(RIGHT / LEFT, rms.get(1) / rms.get(0), 0.02);
        assertTrue(nodes().contains("\"lumen-s1\""), "the sink stays with the seat");
        // The client comes back: the program still plays there.
        rms = hear("Music");
        assertEquals(LEFT / Math.sqrt(2), rms.get(0), 0.1);
        client.quit();
        Await.until("no node is left", Duration.ofSeconds(5), () -> !nodes().contains("\"lumen-"));
    }

    @Test
    void shouldLeaveNothingBehindWhenKilled() throws Exception {
        serve("display.source=virtual", "display.compositor=wlroots", "audio.default-sink=session");
        hear("Music");
        awaitDefault("the session's sink is the default", value -> value.contains("lumen-s1"));
        host.kill();
        Await.until("no node is left", Duration.ofSeconds(5), () -> !nodes().contains("\"lumen-"));
        awaitDefault("the session manager remembers it", value -> value.contains("lumen-s1"));
        host.start();
        awaitDefault("the default is given back", value -> !value.contains("lumen-s1"));
    }

    /** It is the session manager that answers pw-metadata, which on a busy machine leaves before: no value may mean nothing. */
    private static void awaitDefault(String what, Predicate<String> condition) throws Exception {
        Await.until(what, Duration.ofSeconds(20), () -> {
            String said = new String(new ProcessBuilder("pw-metadata", "0").redirectErrorStream(true).start()
                    .getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return condition.test(said.lines().filter(line -> line.contains("'default.configured.audio.sink'")).findFirst().orElse(""));
        });
    }

    @Test
    void shouldStreamInSilenceWithoutSound() throws Exception {
        serve("display.source=virtual", "display.compositor=wlroots", "audio.source=none");
        CompletableFuture<StreamReport> report = Streams.inBackground(client, Streams.plain(4).app("Desktop").silent(true).expectMinFrames(1));
        host.awaitFrames(5, report);
        assertFalse(nodes().contains("\"lumen-"), "there is no sink");
        assertEquals(0, Streams.cycle(report).audio().rms().getFirst(), 1e-4);
    }
}
