/**
 * What turns received bytes into pictures and sound, and those into files: FFmpeg's H.264 decoder, Opus,
 * and writers for PNG and WAV. Native memory belongs to the object that allocated it.
 */
package lumen.client.media;
