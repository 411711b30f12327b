package lumen.ei;

/**
 * State of a keyboard as its server sees it.
 *
 * @param depressed mask of the keymap's modifiers that keys hold down
 * @param latched   mask of those that the next key uses up
 * @param locked    mask of those that stay, such as Caps Lock
 * @param group     layout, from 0
 */
public record EiModifiers(int depressed, int latched, int locked, int group) {
    /** Nothing held, the first layout. */
    public static final EiModifiers NONE = new EiModifiers(0, 0, 0, 0);
}
