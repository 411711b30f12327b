package lumen.core.enet;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A client and a host joined by a network that loses, doubles and reorders by a seed, in virtual time. */
final class Wire {
    static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1001);
    static final InetSocketAddress HOST = new InetSocketAddress("192.0.2.2", 47999);

    private record Flying(long arrives, long order, byte[] bytes, SocketAddress from, boolean toHost) {
    }

    final EnetHost client;
    final EnetHost host;
    final List<EnetEvent> clientEvents = new ArrayList<>();
    final List<EnetEvent> hostEvents = new ArrayList<>();
    final List<String> sentByHost = new ArrayList<>();
    private final PriorityQueue<Flying> flying = new PriorityQueue<>(Comparator.comparingLong(Flying::arrives).thenComparingLong(Flying::order));
    private final Random random;
    double loss;
    double duplication;
    long delayNanos = 100_000;
    long jitterNanos;
    boolean hostPaused;
    InetSocketAddress clientAddress = CLIENT;
    long now = 5_000_000_000L;
    private long order;

    Wire(long seed) {
        this(seed, EnetSettings.host(8));
    }

    Wire(long seed, EnetSettings hostSettings) {
        random = new Random(seed);
        client = new EnetHost(EnetSettings.client(), new Random(seed + 1));
        host = new EnetHost(hostSettings, new Random(seed + 2));
    }

    EnetPeer connect(int data) {
        EnetPeer peer = client.connect(HOST, 48, data, now);
        if (!run(20_000, () -> peer.connected() && hostPeer() != null && hostPeer().connected())) {
            throw new AssertionError("no connection: " + peer);
        }
        return peer;
    }

    /** The peer of the latest connection. */
    EnetPeer hostPeer() {
        return hostEvents.stream().filter(EnetEvent.Connected.class::isInstance).reduce((a, b) -> b).map(EnetEvent::peer).orElse(null);
    }

    List<EnetEvent.Received> receivedByHost() {
        return hostEvents.stream().filter(EnetEvent.Received.class::isInstance).map(EnetEvent.Received.class::cast).toList();
    }

    /** Lets at most that many milliseconds pass; true as soon as the condition holds. */
    boolean run(long millis, BooleanSupplier condition) {
        long end = now + millis * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (now >= end) {
                return false;
            }
            step(end);
        }
        return true;
    }

    void pass(long millis) {
        run(millis, () -> false);
    }

    private void step(long end) {
        while (!flying.isEmpty() && flying.peek().arrives <= now) {
            Flying f = flying.remove();
            if (f.toHost && hostPaused) {
                flying.add(new Flying(now + 1_000_000, f.order, f.bytes, f.from, true));
                break;
            }
            (f.toHost ? host : client).receive(f.bytes, 0, f.bytes.length, f.from, now);
        }
        drain(client, clientEvents);
        client.poll(now, (b, at, length, to) -> fly(b, at, length, clientAddress, true));
        drain(client, clientEvents);
        if (!hostPaused) {
            drain(host, hostEvents);
            host.poll(now, (b, at, length, to) -> {
                sentByHost.add(HexFormat.of().formatHex(b, at, at + length));
                if (to.equals(clientAddress)) {
                    fly(b, at, length, HOST, false);
                }
            });
            drain(host, hostEvents);
        }
        long next = Math.min(client.nextDeadlineNanos(), hostPaused ? Long.MAX_VALUE : host.nextDeadlineNanos());
        next = flying.isEmpty() ? next : Math.min(next, flying.peek().arrives);
        now = Math.min(end, Math.max(now + 1_000, next));
    }

    private static void drain(EnetHost from, List<EnetEvent> to) {
        for (var e = from.nextEvent(); e.isPresent(); e = from.nextEvent()) {
            to.add(e.get());
        }
    }

    private void fly(byte[] b, int at, int length, SocketAddress from, boolean toHost) {
        byte[] bytes = java.util.Arrays.copyOfRange(b, at, at + length);
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
            flying.add(new Flying(now + delayNanos + jitter, order++, bytes, from, toHost));
        }
    }
}
