/**
 * Sound from PipeWire: a null sink of its own for each session, or the monitor of what the user hears.
 *
 * <p>Threads: PipeWire's loop writes into a {@link lumen.plugin.pipewire.audio.SampleRing}, the session's audio thread reads
 * it, and a {@link lumen.plugin.pipewire.audio.Caretaker} connects again what was lost.
 */
package lumen.plugin.pipewire.audio;
