package lumen.host.pairing;

import java.time.Duration;

/**
 * Deadlines and the lock.
 *
 * @param pin how long an attempt waits for its PIN; clients give up after three minutes at the earliest
 * @param phases for all phases after the PIN together
 * @param failures so many failed attempts in a row lock pairing
 * @param lock how long
 */
public record PairingLimits(Duration pin, Duration phases, int failures, Duration lock) {
    public static final PairingLimits STANDARD = new PairingLimits(Duration.ofMinutes(4), Duration.ofSeconds(30), 5, Duration.ofSeconds(60));
}
