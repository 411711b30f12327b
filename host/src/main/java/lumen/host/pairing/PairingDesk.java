package lumen.host.pairing;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import lumen.core.pairing.HostPairing;
import lumen.core.pairing.PairingException;
import lumen.core.pairing.PemCertificate;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.identity.PairedClient;

/**
 * Runs at most one pairing at a time. The PIN is bound to the attempt that was pending when it was entered,
 * works for one try only, and nothing is stored before the client has proved that it knows it. Thread-safe.
 */
public final class PairingDesk {
    private static final Logger LOG = System.getLogger(PairingDesk.class.getName());
    private static final int FAILURES_ALLOWED = 5;
    /** The longest a stock client waits is three minutes. */
    private static final long PIN_NANOS = TimeUnit.MINUTES.toNanos(4);
    /** For all phases after the PIN together. */
    private static final long PHASES_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final HostIdentity identity;
    private final ClientStore clients;
    private final LongSupplier nanoClock;
    private final SecureRandom random = new SecureRandom();
    private volatile Consumer<PendingPairing> announcer = pending -> { };
    private Optional<Attempt> attempt = Optional.empty();
    private int failures;
    private long lockedUntilNanos;
    private boolean locked;

    /** @param nanoClock {@link System#nanoTime} */
    public PairingDesk(HostIdentity identity, ClientStore clients, LongSupplier nanoClock) {
        this.identity = identity;
        this.clients = clients;
        this.nanoClock = nanoClock;
    }

    /** A request of phases 2 and 3. */
    @FunctionalInterface
    public interface Phase {
        /** @throws PairingException if the request is faulty */
        byte[] answer(HostPairing pairing) throws PairingException;
    }

    /** One client's attempt. */
    private static final class Attempt {
        private final HostPairing pairing;
        private final PendingPairing who;
        private final CompletableFuture<Void> pinEntered = new CompletableFuture<>();
        private final CompletableFuture<PairingOutcome> outcome = new CompletableFuture<>();

        private long deadlineNanos;

        Attempt(HostPairing pairing, PendingPairing who, long deadlineNanos) {
            this.pairing = pairing;
            this.who = who;
            this.deadlineNanos = deadlineNanos;
        }

        void fail(PairingOutcome reason) {
            pairing.abort();
            outcome.complete(reason);
            pinEntered.cancel(false);
        }
    }

    /** Hears of each client that starts to wait for a PIN, on a thread that must not be held up for long. */
    public void onPending(Consumer<PendingPairing> listener) {
        announcer = listener;
    }

    /** The client that waits for its PIN now. */
    public synchronized Optional<PendingPairing> pending() {
        return current().filter(a -> a.pairing.phase() == HostPairing.Phase.PIN).map(a -> a.who);
    }

    /**
     * Phase 1: waits until the user has entered the PIN.
     *
     * @param closed completes when the client has gone
     * @param salt           16 bytes
     * @param certificatePem the client's certificate
     * @return false if another client is pairing
     * @throws PairingException if the request is faulty, the client went away or nobody came in time
     */
    public boolean begin(String device, InetAddress address, byte[] salt, byte[] certificatePem, CompletionStage<?> closed)
            throws PairingException {
        Attempt mine;
        synchronized (this) {
            if (isLocked()) {
                throw new PairingException(PairingException.Reason.OUT_OF_ORDER, PairingOutcome.LOCKED.words());
            }
            HostPairing pairing = new HostPairing(identity.certificate(), identity.key(), random, salt,
                    PemCertificate.parse(certificatePem));
            PendingPairing who = new PendingPairing(device, address, PairedClient.fingerprint(der(pairing.client())));
            Optional<Attempt> other = current();
            if (other.isPresent() && !(other.get().who.address().equals(address) && other.get().who.fingerprint().equals(who.fingerprint()))) {
                return false;
            }
            other.ifPresent(a -> a.fail(PairingOutcome.REFUSED));
            mine = new Attempt(pairing, who, nanoClock.getAsLong() + PIN_NANOS);
            attempt = Optional.of(mine);
        }
        closed.thenRun(() -> abandon(mine));
        LOG.log(Level.INFO, "{0} wants to pair", mine.who);
        announcer.accept(mine.who);
        await(mine);
        return true;
    }

    private void await(Attempt mine) throws PairingException {
        try {
            mine.pinEntered.get(PIN_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw gone();
        } catch (TimeoutException e) {
            synchronized (this) {
                mine.fail(PairingOutcome.TIMED_OUT);
            }
            throw new PairingException(PairingException.Reason.OUT_OF_ORDER, "Nobody entered the PIN in time");
        } catch (ExecutionException | java.util.concurrent.CancellationException e) {
            throw gone();
        }
    }

    private static PairingException gone() {
        return new PairingException(PairingException.Reason.EXPIRED, "The pairing was given up");
    }

    /**
     * The user's PIN, for the client that waits now. Returns when the client has proved itself, failed, or
     * given up.
     */
    public PairingOutcome submit(String pin) {
        Attempt mine;
        synchronized (this) {
            if (isLocked()) {
                return PairingOutcome.LOCKED;
            }
            Optional<Attempt> waiting = current().filter(a -> a.pairing.phase() == HostPairing.Phase.PIN);
            if (waiting.isEmpty()) {
                return PairingOutcome.NOTHING_PENDING;
            }
            mine = waiting.get();
            try {
                mine.pairing.pin(pin);
            } catch (PairingException e) {
                return PairingOutcome.BAD_PIN;
            }
            mine.deadlineNanos = nanoClock.getAsLong() + PHASES_NANOS;
            mine.pinEntered.complete(null);
        }
        try {
            return mine.outcome.get(PHASES_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PairingOutcome.TIMED_OUT;
        } catch (TimeoutException e) {
            synchronized (this) {
                failed(mine, PairingOutcome.TIMED_OUT);
            }
            return PairingOutcome.TIMED_OUT;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome never fails", e);
        }
    }

    /**
     * Phases 2 and 3: hands a request to the attempt of that address.
     *
     * @throws PairingException if there is none, or it is out of order; the attempt is over then
     */
    public synchronized byte[] proceed(InetAddress address, Phase phase) throws PairingException {
        Attempt mine = of(address);
        try {
            return phase.answer(mine.pairing);
        } catch (PairingException e) {
            failed(mine, PairingOutcome.REFUSED);
            throw e;
        }
    }

    /**
     * Phase 4: the client's proof. If it holds, the client is stored before this returns.
     *
     * @return whether the client is paired now
     */
    public synchronized boolean prove(InetAddress address, byte[] secretAndSignature) throws PairingException {
        Attempt mine = of(address);
        boolean good;
        try {
            good = mine.pairing.clientPairingSecret(secretAndSignature);
        } catch (PairingException e) {
            failed(mine, PairingOutcome.REFUSED);
            throw e;
        }
        if (!good) {
            failed(mine, PairingOutcome.REFUSED);
            return false;
        }
        clients.add(new PairedClient(der(mine.pairing.client()), mine.who.device(), Instant.now()));
        failures = 0;
        attempt = Optional.empty();
        mine.outcome.complete(PairingOutcome.PAIRED);
        LOG.log(Level.INFO, "{0} is paired", mine.who);
        return true;
    }

    /** The client at that address gives up its attempt, if it has one. Removes no paired client. */
    public synchronized void abandon(InetAddress address) {
        current().filter(a -> a.who.address().equals(address)).ifPresent(a -> failed(a, PairingOutcome.REFUSED));
    }

    private synchronized void abandon(Attempt mine) {
        // The first connection ends normally once its answer is sent; before that, nobody waits any more.
        if (mine.pairing.phase() == HostPairing.Phase.PIN) {
            mine.fail(PairingOutcome.REFUSED);
        }
    }

    private Attempt of(InetAddress address) throws PairingException {
        return current().filter(a -> a.who.address().equals(address)).orElseThrow(() ->
                new PairingException(PairingException.Reason.OUT_OF_ORDER, "No pairing is under way for this address"));
    }

    /** The attempt, unless it is over. */
    private Optional<Attempt> current() {
        attempt = attempt.filter(a -> {
            if (a.outcome.isDone()) {
                return false;
            }
            if (nanoClock.getAsLong() - a.deadlineNanos >= 0) {
                a.fail(PairingOutcome.TIMED_OUT);
                return false;
            }
            return true;
        });
        return attempt;
    }

    /** Counts only attempts that had a PIN: others cost an attacker nothing and tell him nothing. */
    private void failed(Attempt mine, PairingOutcome reason) {
        if (mine.outcome.isDone()) {
            return;
        }
        boolean hadPin = mine.pinEntered.isDone();
        mine.fail(reason);
        if (attempt.filter(a -> a == mine).isPresent()) {
            attempt = Optional.empty();
        }
        LOG.log(Level.INFO, "{0} is not paired", mine.who);
        if (hadPin && ++failures >= FAILURES_ALLOWED) {
            failures = 0;
            locked = true;
            lockedUntilNanos = nanoClock.getAsLong() + LOCK_NANOS;
            LOG.log(Level.WARNING, "pairing is locked for a minute after {0} failures", Integer.toString(FAILURES_ALLOWED));
        }
    }

    private boolean isLocked() {
        if (locked && nanoClock.getAsLong() - lockedUntilNanos >= 0) {
            locked = false;
        }
        return locked;
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
