package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.client.HostAddress;
import lumen.client.StreamingClient;
import lumen.client.identity.KeysFolder;

/** The host as a process of its own, on free ports of loopback, with its folders below a test's. */
final class HostProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration DUMP_LIMIT = Duration.ofSeconds(10);
    private static final AtomicInteger STARTS = new AtomicInteger();

    private final Path root;
    private final Path folder;
    private final int basePort;
    private final List<String> prefix;
    private final Map<String, String> environment;
    private final List<String> settings;
    private Process process;
    private Path log;

    private HostProcess(Path root, Path folder, int basePort, List<String> prefix, Map<String, String> environment, List<String> settings) {
        this.root = root;
        this.folder = folder;
        this.basePort = basePort;
        this.prefix = prefix;
        this.environment = environment;
        this.settings = settings;
    }

    /** Starts a host that shows the test card and waits until it serves. */
    static HostProcess testcard(Path folder, String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of("display.source=testcard"));
        all.addAll(Arrays.asList(settings));
        return start(Product.ROOT, folder, List.of(), Map.of(), all);
    }

    /**
     * @param root   where the product lies
     * @param prefix what runs the command, such as {@code setpriv}
     */
    static HostProcess start(Path root, Path folder, List<String> prefix, Map<String, String> environment,
                             List<String> settings) throws Exception {
        HostProcess host = new HostProcess(root, folder, Product.freeBasePort(), prefix, environment, settings);
        try {
            host.start();
        } catch (Exception | AssertionError e) {
            host.close();
            throw e;
        }
        return host;
    }

    /** Starts it (again) with the same ports, state and settings. */
    void start() throws Exception {
        launch();
        try {
            Await.until("the host serves", START_LIMIT, () -> log().contains("\nserving") || !process.isAlive());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ":\n" + logWithStacks(), e);
        }
        if (!log().contains("\nserving")) {
            fail("the host ended with " + process.waitFor() + ":\n" + log());
        }
    }

    /** Has the host print what its threads do, for whom it makes wait in vain. */
    private String logWithStacks() throws Exception {
        new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).inheritIO().start().waitFor();
        Await.until("the host prints its stacks", DUMP_LIMIT, () -> log().contains("\nJNI global refs") || !process.isAlive());
        return log();
    }

    /** Starts it without waiting for anything. */
    Process launch() throws IOException {
        log = folder.resolve("host-" + STARTS.incrementAndGet() + ".log");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Product.commandIn(root, "lumen.host", arguments().toArray(String[]::new)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        // As the launcher does.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().keySet().removeIf(name -> name.startsWith("LUMEN_RIG_"));
        builder.environment().putAll(environment);
        process = builder.start();
        return process;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("serve", "--config", config().toString(), "--state", state().toString(),
                "--set", "runtime-directory=" + runtime(), "--set", "network.mdns=false", "--set", "name=e2e",
                "--set", "network.base-port=" + basePort));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return arguments;
    }

    /** {@code lumen.conf} of this host; the test writes it before the start, if it wants one. */
    private Path config() {
        Path file = folder.resolve("lumen.conf");
        return Files.exists(file) ? file : Path.of("/dev/null");
    }

    Path state() {
        return folder.resolve("state");
    }

    Path runtime() {
        return folder.resolve("run");
    }

    int basePort() {
        return basePort;
    }

    HostAddress address() {
        return new HostAddress("127.0.0.1", basePort);
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    /** A client with an identity of its own, paired with this host. */
    StreamingClient pairedClient(String name) throws Exception {
        KeysFolder keys = keys(name);
        try (StreamingClient client = new StreamingClient(address(), keys)) {
            pair(client, "1234", "1234");
        }
        return new StreamingClient(address(), keys);
    }

    KeysFolder keys(String name) {
        return new KeysFolder(folder.resolve("client-" + name));
    }

    /** Pairs, both sides with their idea of the PIN; throws what the client throws. */
    void pair(StreamingClient client, String shown, String typed) throws Exception {
        CompletableFuture<Void> pairing = CompletableFuture.runAsync(() -> client.pair(shown));
        Await.until("the host takes a PIN", Duration.ofSeconds(20),
                () -> !ask("pair", typed).contains("no client waits") || pairing.isDone());
        try {
            pairing.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new AssertionError("pairing hangs: " + log(), e);
        }
    }

    /** Asks on the control socket as the command line does; the reply's lines. */
    String ask(String command, String... arguments) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(runtime().resolve("admin.sock")));
            channel.write(ByteBuffer.wrap(JSON.std.asBytes(Map.of("command", command, "arguments", List.of(arguments)))));
            channel.shutdownOutput();
            Map<String, Object> reply = JSON.std.mapFrom(Channels.newInputStream(channel).readAllBytes());
            return String.join("\n", ((List<?>) reply.get("lines")).stream().map(Object::toString).toList());
        }
    }

    /** What {@code lumen sessions} prints. */
    Map<String, Object> sessions() throws IOException {
        return JSON.std.mapFrom(ask("sessions"));
    }

    /** What it prints of the first session under this key; empty if there is no session. */
    String ofFirst(String key) throws IOException {
        List<?> all = (List<?>) sessions().get("sessions");
        return all.isEmpty() ? "" : String.valueOf(((Map<?, ?>) all.getFirst()).get(key));
    }

    /** How many sessions stream. */
    int streaming() throws IOException {
        return ((List<?>) sessions().get("sessions")).size();
    }

    void awaitStreaming(int count) throws Exception {
        Await.until(count + " sessions", Duration.ofSeconds(20), () -> streaming() == count);
    }

    /** Waits until the only session has sent so many frames; fails at once if the stream has ended. */
    void awaitFrames(long count, CompletableFuture<?> stream) throws Exception {
        Await.until(count + " frames", Duration.ofSeconds(40), () -> {
            if (stream.isDone()) {
                fail("the stream has ended: " + stream.handle((report, failure) -> failure == null ? report : failure).get()
                        + "\n" + log());
            }
            return framesSent() >= count;
        });
    }

    /** Frames of the first session, repeated ones included; 0 if there is none. */
    long framesSent() throws IOException {
        List<?> all = (List<?>) sessions().get("sessions");
        if (all.isEmpty()) {
            return 0;
        }
        Map<?, ?> counters = (Map<?, ?>) ((Map<?, ?>) all.getFirst()).get("frames");
        return count(counters, "frames") + count(counters, "repeats");
    }

    private static long count(Map<?, ?> counters, String name) {
        return counters.get(name) instanceof Number n ? n.longValue() : 0;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; how long it took to end. */
    Duration terminate() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the host ignores SIGTERM");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
