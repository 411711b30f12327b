package lumen.core.enet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replays what the real library sent to its own server against ours and compares the answers. */
class EnetCaptureTest {
    private static final Pattern LINE = Pattern.compile("\\s*([0-9.]+) ms (C>S|S>C) ([0-9a-f]+)(\\.\\.\\.\\((\\d+) bytes\\))?");
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40000);

    private record Datagram(double millis, boolean fromClient, byte[] bytes) {
    }

    private final EnetHost host = new EnetHost(EnetSettings.host(4), new Random(1));
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private final List<EnetEvent> events = new ArrayList<>();
    private EnetPeer peer;
    private long nowMillis;

    @ParameterizedTest
    @ValueSource(strings = {"A", "B", "C"})
    @DisplayName("E1, E2: every answer to a captured client equals the library's, byte for byte")
    void shouldAnswerAsTheLibraryDoes(String run) throws IOException {
        List<Datagram> capture = run(run);
        // The library's two ends round their common clock apart by up to one millisecond.
        int clock = Math.max(EnetProtocol.u16(capture.getFirst().bytes, 2), EnetProtocol.u16(capture.get(1).bytes, 2));
        int compared = 0;
        for (int i = 0; i < capture.size(); i++) {
            Datagram d = capture.get(i);
            nowMillis = clock + Math.round(d.millis);
            if (d.fromClient) {
                host.receive(d.bytes, 0, d.bytes.length, CLIENT, nowMillis * 1_000_000);
                // The library's server read all fragments before it answered.
                if (capture.get(i + 1).bytes[4] != (byte) 0x88) {
                    poll();
                }
            } else if (compare(d)) {
                compared++;
            }
        }
        assertTrue(answers.isEmpty(), "answers the library didn't give");
        assertTrue(compared >= 8, "compared " + compared);
        if (!run.equals("C")) {
            assertMessages();
        }
        assertEquals(0, host.peers());
    }

    private void assertMessages() {
        List<String> received = events.stream().filter(EnetEvent.Received.class::isInstance).map(EnetEvent.Received.class::cast)
                .filter(r -> r.data().length < 100).map(r -> r.channel() + ":" + HexFormat.of().formatHex(r.data())).toList();
        assertEquals(List.of("0:020302000000", "16:aabbccdd", "0:112233", "32:4455667788"), received);
        EnetEvent.Received large = (EnetEvent.Received) events.stream()
                .filter(e -> e instanceof EnetEvent.Received r && r.data().length == 2000).findFirst().orElseThrow();
        for (int i = 0; i < 2000; i++) {
            assertEquals((byte) i, large.data()[i]);
        }
        EnetEvent.Connected connected = (EnetEvent.Connected) events.getFirst();
        assertEquals(0x12345678, connected.data());
    }

    /** False for what the library sends on timers of its own. */
    private boolean compare(Datagram d) {
        int command = d.bytes[(d.bytes[0] & 0x80) != 0 ? 4 : 2] & 0xFF;
        switch (command) {
            case 0x85, 0x8A -> {
                return false;
            }
            case 0x86 -> {
                byte[] data = java.util.Arrays.copyOfRange(d.bytes, 10, d.bytes.length);
                assertTrue(peer.send(0, data, Delivery.RELIABLE));
                poll();
            }
            case 0x44 -> {
                peer.disconnectNow(0);
                poll();
            }
            default -> {
                // an answer to what the client sent just before
            }
        }
        assertFalse(answers.isEmpty(), "no answer where the library gave " + HexFormat.of().formatHex(d.bytes));
        byte[] ours = answers.remove();
        byte[] theirs = d.bytes.clone();
        if ((theirs[0] & 0x80) != 0) {
            theirs[2] = ours[2];
            theirs[3] = ours[3];
        }
        assertEquals(HexFormat.of().formatHex(theirs), HexFormat.of().formatHex(ours));
        return true;
    }

    private void poll() {
        host.poll(nowMillis * 1_000_000, (b, at, length, to) -> answers.add(java.util.Arrays.copyOfRange(b, at, at + length)));
        for (var e = host.nextEvent(); e.isPresent(); e = host.nextEvent()) {
            events.add(e.get());
            if (e.get() instanceof EnetEvent.Connected c) {
                peer = c.peer();
                assertEquals(48, peer.channels());
            }
        }
    }

    private static List<Datagram> run(String name) throws IOException {
        List<Datagram> run = new ArrayList<>();
        try (InputStream in = EnetCaptureTest.class.getResourceAsStream("/vectors/enet-capture.txt")) {
            boolean inside = false;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("# Run ")) {
                    inside = line.startsWith("# Run " + name);
                }
                Matcher m = LINE.matcher(line);
                if (inside && m.matches()) {
                    byte[] bytes = HexFormat.of().parseHex(m.group(3));
                    if (m.group(5) != null) {
                        int shown = bytes.length;
                        bytes = java.util.Arrays.copyOf(bytes, Integer.parseInt(m.group(5)));
                        for (int i = shown; i < bytes.length; i++) {
                            bytes[i] = (byte) (bytes[i - 1] + 1);
                        }
                    }
                    run.add(new Datagram(Double.parseDouble(m.group(1)), m.group(2).equals("C>S"), bytes));
                }
            }
        }
        return run;
    }
}
