/**
 * {@link lumen.plugin.pipewire.PipewireCapturer} takes the frames of a PipeWire node: what the importers take is offered as
 * formats, the compositor chooses one, and buffers arrive on the loop's thread, from where the video thread takes the newest.
 */
package lumen.plugin.pipewire;
