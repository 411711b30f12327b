/**
 * The program that tests show on a compositor: {@link lumen.rig.window.CardWindow} paints the test card at the
 * size it is given and reports every input event as one line.
 */
package lumen.rig.window;
