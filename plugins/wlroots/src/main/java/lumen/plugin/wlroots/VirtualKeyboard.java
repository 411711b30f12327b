package lumen.plugin.wlroots;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.WlrProtocol;

/**
 * {@code virtual-keyboard-v1}: keys of {@link UsKeymap}, their modifiers, and text. A virtual keyboard must
 * say itself which modifiers are in effect; the compositor does not derive them from the keys.
 */
final class VirtualKeyboard {
    private final Proxy keyboard;
    private final boolean[] pressed = new boolean[UsKeymap.LAST_KEY + 1];
    private int depressed;
    /** On from the start: a client's keypad digits arrive as keypad keys. */
    private int locked = UsKeymap.MOD_NUM;
    private int sentDepressed;
    private int sentLocked;

    VirtualKeyboard(Proxy manager, Proxy seat) {
        keyboard = manager.child(WlrProtocol.VIRTUAL_KEYBOARD, EventHandler.NONE);
        manager.request(WlrProtocol.CREATE_VIRTUAL_KEYBOARD).object(seat).newId(keyboard).send();
        keymap(UsKeymap.text(UsKeymap.NO_CODE_POINT));
        modifiers(depressed, locked);
    }

    private void keymap(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (Fd file = Memfd.create("lumen-keymap", bytes.length + 1L, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW)) {
            try (Mapping mapping = Mapping.of(file.value(), bytes.length + 1L, true)) {
                MemorySegment.copy(bytes, 0, mapping.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
            }
            keyboard.request(WlrProtocol.KEYBOARD_KEYMAP).u32(WlrProtocol.KEYMAP_FORMAT_XKB_V1).fd(file.value())
                    .u32(bytes.length + 1).send();
        }
    }

    private void modifiers(int newDepressed, int newLocked) {
        keyboard.request(WlrProtocol.KEYBOARD_MODIFIERS).u32(newDepressed).u32(0).u32(newLocked).u32(0).send();
        sentDepressed = newDepressed;
        sentLocked = newLocked;
    }

    private void send(int code, boolean down) {
        keyboard.request(WlrProtocol.KEYBOARD_KEY).u32((int) (System.nanoTime() / 1_000_000)).u32(code).u32(down ? 1 : 0)
                .send();
    }

    /** Keys that the keymap doesn't have are ignored, as are repeats: clients repeat by themselves. */
    void key(int code, boolean down) {
        if (code < 1 || code > UsKeymap.LAST_KEY || pressed[code] == down) {
            return;
        }
        pressed[code] = down;
        send(code, down);
        depressed = 0;
        for (int[] modifier : UsKeymap.MODIFIER_KEYS) {
            if (pressed[modifier[0]]) {
                depressed |= modifier[1];
            }
        }
        if (down && code == UsKeymap.KEY_CAPSLOCK) {
            locked ^= UsKeymap.MOD_LOCK;
        } else if (down && code == UsKeymap.KEY_NUMLOCK) {
            locked ^= UsKeymap.MOD_NUM;
        }
        if (depressed != sentDepressed || locked != sentLocked) {
            modifiers(depressed, locked);
        }
    }

    /** Types a code point with a key that a keymap made for it carries, whatever modifiers are held. */
    void text(int codePoint) {
        if (!UsKeymap.typeable(codePoint)) {
            return;
        }
        keymap(UsKeymap.text(codePoint));
        modifiers(0, 0);
        send(UsKeymap.TEXT_KEY, true);
        send(UsKeymap.TEXT_KEY, false);
        keymap(UsKeymap.text(UsKeymap.NO_CODE_POINT));
        modifiers(depressed, locked);
    }
}
