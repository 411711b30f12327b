package lumen.host.pairing;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import lumen.core.pairing.HostPairing;
import lumen.core.pairing.PairingCrypto;
import lumen.core.pairing.PairingException;
import lumen.core.pairing.PemCertificate;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.state.StateException;

/**
 * Where pairing requests and typed PINs meet. Holds at most one attempt; a PIN belongs to the attempt that
 * was pending when it was typed; any error ends the attempt; nothing is stored before the last proof held.
 *
 * <p>Thread-safe. PINs come from host-local callers only: nothing here is reachable over the network but the
 * pairing phases.
 */
public final class PairingDesk {
    private static final System.Logger LOG = System.getLogger(PairingDesk.class.getName());
    private static final int MAX_NAME = 64;

    private final HostIdentity identity;
    private final ClientStore store;
    private final PairingLimits limits;
    private final LongSupplier nanoClock;
    private final SecureRandom random = new SecureRandom();
    private final List<Consumer<Optional<PendingPairing>>> watchers = new CopyOnWriteArrayList<>();
    private Optional<Attempt> current = Optional.empty();
    private long nextId = 1;
    private int failures;
    private boolean locked;
    private long lockedUntil;

    /** @param nanoClock monotonic, System::nanoTime outside tests */
    public PairingDesk(HostIdentity identity, ClientStore store, PairingLimits limits, LongSupplier nanoClock) {
        this.identity = identity;
        this.store = store;
        this.limits = limits;
        this.nanoClock = nanoClock;
    }

    /** Phase 1's answer, given once a PIN was typed, and the number to abandon it by. */
    public record Waiting(long id, CompletableFuture<PairReply> reply) {
    }

    /** The later phases and the parameters that mark them. */
    public enum Phase {
        CLIENT_CHALLENGE("clientchallenge"), SERVER_CHALLENGE_RESPONSE("serverchallengeresp"), CLIENT_PAIRING_SECRET("clientpairingsecret");

        private final String parameter;

        Phase(String parameter) {
            this.parameter = parameter;
        }

        /** The query parameter that marks the phase. */
        public String parameter() {
            return parameter;
        }
    }

    private static final class Attempt {
        final PendingPairing shown;
        final PairingPeer peer;
        final byte[] der;
        final HostPairing machine;
        final CompletableFuture<PairReply> reply = new CompletableFuture<>();
        final CompletableFuture<PairingResult> result = new CompletableFuture<>();
        String name;
        boolean pinTyped;
        long deadline;

        Attempt(PendingPairing shown, PairingPeer peer, byte[] der, HostPairing machine, long deadline) {
            this.shown = shown;
            this.peer = peer;
            this.der = der;
            this.machine = machine;
            this.deadline = deadline;
            name = shown.deviceName();
        }
    }

    /** Phase 1: getservercert. The last two arguments are hex text. */
    public synchronized Waiting serverCertificate(PairingPeer peer, String deviceName, String salt, String clientCertificate) {
        expire();
        long now = nanoClock.getAsLong();
        if (locked) {
            long seconds = 1 + (lockedUntil - now) / 1_000_000_000L;
            return answered(new PairReply.Refused(503, "Too many failed pairings: try again in " + seconds + " s"));
        }
        byte[] der;
        HostPairing machine;
        try {
            byte[] saltBytes = PairingCrypto.hex("salt", salt, PairingCrypto.SALT_LENGTH, PairingCrypto.SALT_LENGTH);
            X509Certificate client = PemCertificate.parse(PairingCrypto.hex("clientcert", clientCertificate, 1, PemCertificate.MAX_BYTES));
            der = client.getEncoded();
            machine = new HostPairing(identity.certificate(), identity.key(), random, saltBytes, client);
        } catch (PairingException | CertificateEncodingException e) {
            return answered(new PairReply.Refused(400, "Pairing refused: " + e.getMessage()));
        }
        if (current.isPresent()) {
            Attempt pending = current.get();
            if (!pending.peer.address().equals(peer.address()) || !Arrays.equals(pending.der, der)) {
                return answered(new PairReply.InProgress());
            }
            end(pending, PairingResult.FAILED, new PairReply.Refused(400, "Replaced by a newer attempt"));
            if (pending.pinTyped) {
                return answered(new PairReply.Refused(400, "Pairing refused: this pairing phase is not the one expected now"));
            }
        }
        PendingPairing shown = new PendingPairing(nextId++, printable(deviceName), peer.address(), PemCertificate.fingerprint(der));
        Attempt attempt = new Attempt(shown, peer, der, machine, now + limits.pin().toNanos());
        current = Optional.of(attempt);
        announce();
        return new Waiting(shown.id(), attempt.reply);
    }

    /** Phases 2 to 4; the value is hex text. May take milliseconds (RSA, disk): not for an event loop. */
    public synchronized PairReply phase(PairingPeer peer, Phase phase, String value) {
        expire();
        if (current.isEmpty() || !current.get().peer.equals(peer)) {
            return new PairReply.Refused(400, "Pairing refused: no attempt of this client is pending");
        }
        Attempt attempt = current.get();
        try {
            return switch (phase) {
                case CLIENT_CHALLENGE -> data("challengeresponse", attempt.machine.clientChallenge(hex(phase, value, 16, 16)));
                case SERVER_CHALLENGE_RESPONSE -> data("pairingsecret", attempt.machine.serverChallengeResponse(hex(phase, value, 32, 32)));
                case CLIENT_PAIRING_SECRET -> finish(attempt, hex(phase, value, PairingCrypto.SECRET_LENGTH + 1, PairingCrypto.SECRET_LENGTH + 2048));
            };
        } catch (PairingException e) {
            end(attempt, PairingResult.FAILED, refusal(e));
            return refusal(e);
        } catch (StateException e) {
            LOG.log(System.Logger.Level.ERROR, "a proven client could not be stored", e);
            PairReply.Refused refused = new PairReply.Refused(500, "The host could not store the pairing");
            end(attempt, PairingResult.FAILED, refused);
            return refused;
        }
    }

    /** The attempt that waits for a PIN. */
    public synchronized Optional<PendingPairing> pending() {
        expire();
        return current.filter(attempt -> !attempt.pinTyped).map(attempt -> attempt.shown);
    }

    /** Types the PIN of whatever attempt waits now. */
    public PinOutcome submit(String pin) {
        return pending().map(waiting -> submit(waiting.id(), pin, Optional.empty())).orElseGet(PinOutcome.NonePending::new);
    }

    /**
     * Types the PIN of one attempt.
     *
     * @param name what to call the client from now on, if not what it calls itself
     */
    public synchronized PinOutcome submit(long id, String pin, Optional<String> name) {
        expire();
        Optional<Attempt> waiting = current.filter(attempt -> attempt.shown.id() == id && !attempt.pinTyped);
        if (waiting.isEmpty()) {
            return new PinOutcome.NonePending();
        }
        Attempt attempt = waiting.get();
        try {
            attempt.machine.pin(pin);
        } catch (PairingException e) {
            return new PinOutcome.Malformed();
        }
        attempt.pinTyped = true;
        attempt.deadline = nanoClock.getAsLong() + limits.phases().toNanos();
        name.ifPresent(text -> attempt.name = printable(text));
        attempt.reply.complete(data("plaincert", identity.pem()));
        announce();
        return new PinOutcome.Accepted(attempt.shown, attempt.result.minimalCompletionStage());
    }

    /** The connection that waited for the PIN is gone. */
    public synchronized void abandon(long id) {
        current.filter(attempt -> attempt.shown.id() == id && !attempt.pinTyped)
            .ifPresent(attempt -> end(attempt, PairingResult.ABANDONED, new PairReply.Refused(400, "The client went away")));
    }

    /** /unpair over plain HTTP: ends an attempt from that address, touches no paired client. */
    public synchronized void cancel(InetAddress address) {
        current.filter(attempt -> attempt.peer.address().equals(address))
            .ifPresent(attempt -> end(attempt, PairingResult.FAILED, new PairReply.Refused(400, "The client gave up")));
    }

    /** Looks at the deadlines; call about once a second. */
    public synchronized void expire() {
        long now = nanoClock.getAsLong();
        if (locked && now - lockedUntil >= 0) {
            locked = false;
        }
        current.filter(attempt -> now - attempt.deadline >= 0)
            .ifPresent(attempt -> end(attempt, PairingResult.FAILED, new PairReply.Refused(408, "The PIN was not entered in time")));
    }

    /** Told of each change of {@link #pending}, on the thread that caused it; must not block. */
    public void watch(Consumer<Optional<PendingPairing>> watcher) {
        watchers.add(watcher);
    }

    private PairReply finish(Attempt attempt, byte[] secret) throws PairingException {
        if (!attempt.machine.clientPairingSecret(secret)) {
            end(attempt, PairingResult.FAILED, new PairReply.NotPaired());
            return new PairReply.NotPaired();
        }
        store.add(attempt.name, Instant.now(), attempt.der);
        end(attempt, PairingResult.PAIRED, new PairReply.Paired());
        return new PairReply.Paired();
    }

    private void end(Attempt attempt, PairingResult how, PairReply lastWord) {
        attempt.machine.abort();
        current = Optional.empty();
        PairingResult result = how == PairingResult.FAILED && !attempt.pinTyped ? PairingResult.ABANDONED : how;
        if (result == PairingResult.PAIRED) {
            failures = 0;
        } else if (result == PairingResult.FAILED && ++failures >= limits.failures()) {
            failures = 0;
            locked = true;
            lockedUntil = nanoClock.getAsLong() + limits.lock().toNanos();
        }
        LOG.log(System.Logger.Level.INFO, "pairing of {0} at {1}: {2}", attempt.shown.deviceName(), attempt.shown.address().getHostAddress(), result);
        attempt.reply.complete(lastWord);
        attempt.result.complete(result);
        announce();
    }

    private void announce() {
        Optional<PendingPairing> waiting = current.filter(attempt -> !attempt.pinTyped).map(attempt -> attempt.shown);
        for (Consumer<Optional<PendingPairing>> watcher : watchers) {
            watcher.accept(waiting);
        }
    }

    private static byte[] hex(Phase phase, String value, int min, int max) throws PairingException {
        return PairingCrypto.hex(phase.parameter(), value, min, max);
    }

    private static PairReply.Data data(String element, byte[] bytes) {
        return new PairReply.Data(element, HexFormat.of().formatHex(bytes));
    }

    private static PairReply.Refused refusal(PairingException e) {
        return new PairReply.Refused(400, "Pairing refused: " + e.getMessage());
    }

    private static Waiting answered(PairReply reply) {
        return new Waiting(0, CompletableFuture.completedFuture(reply));
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
            .limit(MAX_NAME).forEach(text::appendCodePoint);
        return text.isEmpty() ? "unnamed" : text.toString();
    }
}
