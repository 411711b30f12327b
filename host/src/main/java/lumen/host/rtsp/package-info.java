/**
 * The RTSP server: one request a connection, seven connections a handshake, encrypted with the launch's key
 * where the client can.
 */
package lumen.host.rtsp;
