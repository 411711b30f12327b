/**
 * What host and client tell each other in RTSP bodies: the host's abilities (DESCRIBE) and the stream the
 * client wants (ANNOUNCE), with the arithmetic that turns wishes into bitrate, refresh rate and colours
 * (control plane, sections 7 and 8).
 */
package lumen.core.sdp;
