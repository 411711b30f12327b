/** Announces the host in the local network, so that clients find it without an address. */
package lumen.host.discovery;
