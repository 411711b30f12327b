package lumen.plugin.ei;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.ei.EiConnection;
import lumen.ei.EiDevice;
import lumen.ei.EiException;
import lumen.ei.EiModifiers;
import lumen.ei.XkbKeymap;

/** Types characters on a keyboard by the keymap of its server. Confined to one thread. */
final class Typist implements AutoCloseable {
    /** The server's text that {@link #keymap} was made of; a keymap is told once a device. */
    private Optional<String> text = Optional.empty();
    private EiDevice device;
    private Optional<XkbKeymap> keymap = Optional.empty();
    private Optional<String> trouble = Optional.empty();

    /** False if the layout doesn't have the character, or {@link #trouble}. */
    boolean type(EiConnection connection, EiDevice keyboard, int codePoint) {
        EiModifiers state = keyboard.modifiers();
        if (!prepare(keyboard)) {
            return false;
        }
        XkbKeymap keys = keymap.get();
        List<XkbKeymap.Stroke> strokes = keys.strokes(codePoint, state);
        if (strokes.isEmpty()) {
            return false;
        }
        // Shift that the user holds would make another character of it.
        List<Integer> held = new ArrayList<>();
        for (int modifier : keys.modifierKeys(state)) {
            if (keyboard.isPressed(modifier)) {
                held.add(modifier);
                connection.key(keyboard, modifier, false);
            }
        }
        for (XkbKeymap.Stroke stroke : strokes) {
            stroke.modifiers().forEach(modifier -> connection.key(keyboard, modifier, true));
            connection.key(keyboard, stroke.key(), false);
            connection.key(keyboard, stroke.key(), true);
            connection.key(keyboard, stroke.key(), false);
            stroke.modifiers().reversed().forEach(modifier -> connection.key(keyboard, modifier, false));
        }
        held.forEach(modifier -> connection.key(keyboard, modifier, true));
        return true;
    }

    /** Why nothing at all can be typed, if so. */
    Optional<String> trouble() {
        return trouble;
    }

    private boolean prepare(EiDevice keyboard) {
        if (keyboard != device) {
            device = keyboard;
            Optional<String> told = keyboard.keymap();
            if (keymap.isEmpty() || !told.equals(text)) {
                close();
                text = told;
                try {
                    keymap = Optional.of(told.isPresent() ? XkbKeymap.parse(told.get()) : XkbKeymap.ofSystem());
                    trouble = Optional.empty();
                } catch (EiException e) {
                    trouble = Optional.of(e.getMessage());
                }
            }
        }
        return keymap.isPresent();
    }

    @Override
    public void close() {
        keymap.ifPresent(XkbKeymap::close);
        keymap = Optional.empty();
    }
}
