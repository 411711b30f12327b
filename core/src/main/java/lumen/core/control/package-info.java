/**
 * Control messages of both directions and their encryption (streams reference, sections 4 and 6).
 * {@link lumen.core.control.ControlCipher} seals and opens packets, {@link lumen.core.control.ControlFormat}
 * turns their contents into {@link lumen.core.control.ControlMessage} and back.
 */
package lumen.core.control;
