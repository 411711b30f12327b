/**
 * The test card as a pure function of what it shows, and the readers that get it back from decoded
 * pictures and sound. A verifier regenerates the card from the values it reads; it never trusts a
 * picture made by the host.
 */
package lumen.card;
