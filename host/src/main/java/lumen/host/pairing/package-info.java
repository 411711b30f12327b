/**
 * Pairing as the host runs it: one pending attempt at a time, a person who types its PIN, deadlines, and a
 * lock after repeated failures. The proofs themselves are {@code lumen.core.pairing}.
 */
package lumen.host.pairing;
