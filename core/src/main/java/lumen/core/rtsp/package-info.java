/**
 * RTSP as GameStream speaks it: one request and one answer a connection, plain or as one AES-GCM frame each
 * way. Parsers take bytes in any pieces, hold a bounded amount, and fail only with {@link lumen.core.rtsp.RtspException}
 * (control plane, section 6).
 */
package lumen.core.rtsp;
