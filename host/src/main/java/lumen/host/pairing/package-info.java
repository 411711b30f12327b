/**
 * The desk where a waiting client and the user's PIN meet: one attempt at a time, one try for each PIN, and
 * a pause after too many failures.
 */
package lumen.host.pairing;
