package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lumen.client.ClientException;
import lumen.client.StreamingClient;
import lumen.client.http.ServerInfo;
import lumen.client.report.CycleReport;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How applications and streams begin, outlive each other and end, with several clients. */
@Timeout(120)
class SessionLifeTest {
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(11);

    @TempDir
    private static Path work;
    private static HostProcess host;

    private final List<StreamingClient> clients = new ArrayList<>();

    @BeforeAll
    static void startHost() throws Exception {
        Files.writeString(work.resolve("lumen.conf"), """
                apps = [
                  { title = "Desktop" }
                  { title = "Short", command = ["sleep", "3"] }
                  { title = "Missing", command = ["/nonexistent/program"] }
                ]
                """);
        host = HostProcess.testcard(work);
    }

    @AfterAll
    static void stopHost() throws InterruptedException {
        host.close();
    }

    @AfterEach
    void quitAll() {
        for (StreamingClient client : clients) {
            if (client.pairedServerInfo().isPresent()) {
                client.quit();
            }
            client.close();
        }
    }

    private StreamingClient client(String name) throws Exception {
        StreamingClient client = host.pairedClient(name);
        clients.add(client);
        return client;
    }

    @Test
    void shouldKeepTheAppWhileAClientIsAwayAndEndItWhenItQuits() throws Exception {
        StreamingClient client = client("resumes");
        assertFalse(info(client).busy());

        CycleReport launched = Streams.passed(client, Streams.plain(1));
        ServerInfo between = info(client);
        CycleReport resumed = Streams.passed(client, Streams.plain(1));

        assertFalse(launched.resumed());
        assertTrue(between.busy());
        assertEquals("LUMEN_SERVER_BUSY", between.state());
        assertTrue(resumed.resumed(), "a new launch, though the app still ran");
        client.quit();
        assertEquals(0, info(client).currentGame());
        assertEquals("LUMEN_SERVER_FREE", info(client).state());
    }

    @Test
    void shouldServeTwoClientsAtOnceEachWithItsOwnSize() throws Exception {
        StreamingClient wide = client("wide");
        StreamingClient small = client("small");

        CompletableFuture<StreamReport> first = Streams.inBackground(wide, Streams.card(5).size(960, 540).fps(30).expectMinFrames(60));
        CompletableFuture<StreamReport> second = Streams.inBackground(small, Streams.card(5).size(640, 400).fps(30).expectMinFrames(60));
        host.awaitStreaming(2);

        for (CompletableFuture<StreamReport> stream : List.of(first, second)) {
            StreamReport report = stream.get(60, TimeUnit.SECONDS);
            Streams.mustPass(report);
        }
        wide.quit();
        assertTrue(info(small).busy(), "one client's quit ended the other's app");
    }

    @Test
    void shouldNoticeAKilledClientAndLetItResume() throws Exception {
        StreamingClient client = client("killed");
        Process process = new ProcessBuilder(Product.command("lumen.tools", "client", "stream", host.address().toString(),
                "--keys", host.keys("killed").path().toString(), "--size", "640x360", "--fps", "30", "--seconds", "100"))
                .redirectErrorStream(true).redirectOutput(work.resolve("killed.log").toFile()).start();
        try {
            host.awaitFrames(30, process.onExit());
        } finally {
            process.destroyForcibly().waitFor();
        }
        Await.until("the stream ends", SILENCE_LIMIT, () -> host.streaming() == 0);

        assertTrue(info(client).busy(), "the app ended with its client");
        assertTrue(Streams.passed(client, Streams.plain(1)).resumed());
    }

    @Test
    void shouldRefuseASecondAppWhileOneRuns() throws Exception {
        StreamingClient client = client("greedy");
        Streams.passed(client, Streams.plain(1));

        ClientException refused = assertThrows(ClientException.class,
                () -> client.stream(Streams.plain(1).app("Short").build()));

        assertEquals("launch", refused.stage());
        assertEquals(400, refused.statusCode());
        assertTrue(info(client).busy());
    }

    @Test
    void shouldTellTheClientWhenTheAppEnds() throws Exception {
        StreamingClient client = client("short");

        CycleReport cycle = client.stream(Streams.plain(30).app("Short").build()).cycles().getFirst();

        assertEquals(Streams.GRACEFUL, cycle.termination());
        assertFalse(info(client).busy());
    }

    @Test
    void shouldRefuseAnAppThatCannotBeStarted() throws Exception {
        StreamingClient client = client("missing");

        ClientException refused = assertThrows(ClientException.class,
                () -> client.stream(Streams.plain(1).app("Missing").build()));

        assertNotEquals(0, refused.statusCode(), refused::toString);
        assertFalse(info(client).busy());
        assertTrue(host.process().isAlive());
    }

    @Test
    void shouldEndTheStreamOfARemovedClientAndRefuseItAfterwards() throws Exception {
        StreamingClient client = client("removed");
        StreamingClient other = client("stays");
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(40));
        host.awaitFrames(10, stream);

        host.ask("remove", fingerprint("removed"));

        assertEquals(Streams.GRACEFUL, Streams.cycle(stream).termination());
        assertTrue(client.pairedServerInfo().isEmpty());
        assertTrue(other.pairedServerInfo().isPresent());
    }

    /** What the host lists clients by. */
    private static String fingerprint(String client) throws Exception {
        byte[] certificate = host.keys(client).identity().certificate().getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate)).substring(0, 12);
    }

    @Test
    void shouldStoreNothingForAWrongPin() throws Exception {
        String before = host.ask("clients");
        try (StreamingClient client = new StreamingClient(host.address(), host.keys("wrong"))) {
            assertThrows(ClientException.class, () -> host.pair(client, "1111", "2222"));

            assertTrue(client.pairedServerInfo().isEmpty());
            assertEquals(before, host.ask("clients"));
        }
    }

    private static ServerInfo info(StreamingClient client) {
        return client.pairedServerInfo().orElseThrow();
    }
}
