/**
 * Lets clients find the host by mDNS. Nothing depends on it: it starts in the background, and its failure
 * costs only the convenience.
 */
package lumen.host.discovery;
