/**
 * One streaming session from launch to disconnect: the handshake, the control connection, the receiving
 * threads and the decoders. The wire itself is {@code lumen.core}'s; here are sockets, threads and clocks.
 */
package lumen.client.stream;
