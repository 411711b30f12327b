/**
 * What a client's keyboard, pointer, pads and fingers do: input packets to {@link lumen.core.input.InputEvent}
 * and back, Windows key codes to Linux ones, and the set of what is held down.
 */
package lumen.core.input;
