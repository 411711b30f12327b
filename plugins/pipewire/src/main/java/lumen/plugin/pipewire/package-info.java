/**
 * {@link lumen.plugin.pipewire.PipewireCapturer} takes the frames of a PipeWire node: what the importers take is offered as
 * formats, the compositor chooses one, and buffers arrive on the loop's thread, from where the video thread takes the newest.
 * {@link lumen.plugin.pipewire.CaptureLink} and all it holds work under the loop's lock; the capturer's own lock is taken
 * before that one, by whoever is not the video thread.
 */
package lumen.plugin.pipewire;
