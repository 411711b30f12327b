/**
 * The five-phase PIN pairing as two state machines, host and client side, and the arithmetic they share.
 * Nothing here stores a client: the caller does so, and only after the last proof held (control plane, section 4).
 */
package lumen.core.pairing;
