/**
 * The reference client as a library: pair with a host, list its applications, stream and verify what
 * arrives, quit. {@link lumen.client.StreamingClient} is the way in; the command line is built on it.
 */
package lumen.client;
