/**
 * The media threads of a session: {@link lumen.host.media.VideoStream} and
 * {@link lumen.host.media.AudioStream}, from captured frames and samples to the UDP sockets that all
 * sessions share ({@link lumen.host.media.MediaSocket}).
 */
package lumen.host.media;
