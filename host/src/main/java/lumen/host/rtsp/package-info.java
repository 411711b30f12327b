/**
 * The RTSP server: one request and one answer a connection, matched to a launch by key or address (control
 * plane, section 6). The sessions behind it are {@link lumen.host.rtsp.RtspSessions}.
 */
package lumen.host.rtsp;
