package lumen.ei;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Set;
import lumen.ei.XkbKeymap.Stroke;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A keymap of a few keys; that servers' own are understood is shown in the rig. */
class XkbKeymapTest {
    private static final int KEY_A = 30;
    private static final int KEY_LEFTSHIFT = 42;
    private static final int KEY_RIGHTALT = 100;
    /** Two layouts: a A æ, dead ^, e E €, Return; and ф. */
    private static final String KEYMAP = """
            xkb_keymap {
            xkb_keycodes { minimum = 8; maximum = 500; <AC01> = 38; <TLDE> = 49; <AD03> = 26; <LFSH> = 50; <RALT> = 108; <LVL3> = 92;
                <RTRN> = 36; <CAPS> = 66; <FAR> = 443; };
            xkb_types {
                virtual_modifiers LevelThree;
                type "ONE_LEVEL" { modifiers = none; level_name[Level1] = "Any"; };
                type "ALPHABETIC" { modifiers = Shift+Lock; map[Shift] = Level2; map[Lock] = Level2; level_name[Level1] = "Base";
                    level_name[Level2] = "Caps"; };
                type "FOUR_LEVEL_ALPHABETIC" { modifiers = Shift+Lock+LevelThree; map[Shift] = Level2; map[Lock] = Level2;
                    map[LevelThree] = Level3; map[Shift+LevelThree] = Level4; map[Lock+LevelThree] = Level4;
                    map[Lock+Shift+LevelThree] = Level3; level_name[Level1] = "Base"; level_name[Level2] = "Shift";
                    level_name[Level3] = "Alt"; level_name[Level4] = "ShiftAlt"; };
            };
            xkb_compatibility {
                virtual_modifiers LevelThree;
                interpret Shift_L { action = SetMods(modifiers=Shift); };
                interpret Caps_Lock { action = LockMods(modifiers=Lock); };
                interpret ISO_Level3_Shift { virtualModifier = LevelThree; useModMapMods = level1; action = SetMods(modifiers=LevelThree); };
            };
            xkb_symbols {
                key <AC01> { type[Group1] = "FOUR_LEVEL_ALPHABETIC", symbols[Group1] = [ a, A, ae, AE ],
                    type[Group2] = "ONE_LEVEL", symbols[Group2] = [ Cyrillic_ef ] };
                key <AD03> { type = "FOUR_LEVEL_ALPHABETIC", [ e, E, EuroSign, NoSymbol ] };
                key <TLDE> { type = "ONE_LEVEL", [ dead_circumflex ] };
                key <RTRN> { type = "ONE_LEVEL", [ Return ] };
                key <LFSH> { type = "ONE_LEVEL", [ Shift_L ] };
                key <CAPS> { type = "ONE_LEVEL", [ Caps_Lock ] };
                key <RALT> { type = "ONE_LEVEL", [ ISO_Level3_Shift ] };
                key <LVL3> { type = "ONE_LEVEL", [ ISO_Level3_Shift ] };
                key <FAR> { type = "ONE_LEVEL", [ dollar ] };
                modifier_map Shift { <LFSH> };
                modifier_map Lock { <CAPS> };
                modifier_map Mod5 { <LVL3>, <RALT> };
            };
            };""";

    @BeforeEach
    void needsTheLibrary() {
        try {
            Xkbcommon.load();
        } catch (EiException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    private static List<Stroke> one(int key, Integer... modifiers) {
        return List.of(new Stroke(List.of(modifiers), key));
    }

    @Test
    void theSimplestWayToACharacterIsFound() {
        try (XkbKeymap keymap = XkbKeymap.parse(KEYMAP)) {
            assertEquals(one(KEY_A), keymap.strokes('a', EiModifiers.NONE));
            assertEquals(one(KEY_A, KEY_LEFTSHIFT), keymap.strokes('A', EiModifiers.NONE));
            assertEquals(one(KEY_A, KEY_RIGHTALT), keymap.strokes(0xe6, EiModifiers.NONE), "by the key that keyboards have");
            assertEquals(Set.of(KEY_RIGHTALT, KEY_LEFTSHIFT), Set.copyOf(keymap.strokes(0xc6, EiModifiers.NONE).getFirst().modifiers()));
            assertEquals(one(18, KEY_RIGHTALT), keymap.strokes(0x20ac, EiModifiers.NONE));
            assertEquals(one(28), keymap.strokes('\n', EiModifiers.NONE));
            assertEquals(one(28), keymap.strokes('\r', EiModifiers.NONE));
            assertEquals(Set.of(KEY_LEFTSHIFT, KEY_RIGHTALT, 84), keymap.modifierKeys(EiModifiers.NONE));
        }
    }

    @Test
    void aDeadKeyAndItsLetterMakeOne() {
        try (XkbKeymap keymap = XkbKeymap.parse(KEYMAP)) {
            assertEquals(List.of(new Stroke(List.of(), 41), new Stroke(List.of(), 18)), keymap.strokes(0xea, EiModifiers.NONE));
            assertEquals(List.of(new Stroke(List.of(), 41), new Stroke(List.of(KEY_LEFTSHIFT), 18)), keymap.strokes(0xca, EiModifiers.NONE));
        }
    }

    @Test
    void locksAndLayoutsCount() {
        try (XkbKeymap keymap = XkbKeymap.parse(KEYMAP)) {
            EiModifiers caps = new EiModifiers(0, 0, 2, 0);
            assertEquals(one(KEY_A), keymap.strokes('A', caps));
            EiModifiers second = new EiModifiers(0, 0, 0, 1);
            assertEquals(one(KEY_A), keymap.strokes(0x444, second));
            assertEquals(List.of(), keymap.strokes('a', second));
            assertEquals(List.of(), keymap.strokes(0x444, EiModifiers.NONE));
            assertEquals(one(KEY_A), keymap.strokes('a', EiModifiers.NONE), "and back");
        }
    }

    @Test
    void whatIsNotThereIsNothing() {
        try (XkbKeymap keymap = XkbKeymap.parse(KEYMAP)) {
            for (int codePoint : new int[] {'z', '$', 0x1f600, 0xd800, 0x11_0000, -1, 0, 0xe4, 0xa0}) {
                assertEquals(List.of(), keymap.strokes(codePoint, EiModifiers.NONE), () -> Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void whatIsNoKeymapIsRefused() {
        for (String text : List.of("", "xkb_keymap {", "\0", "garbage \u20ac", "xkb_keymap { xkb_keycodes { minimum = 8; maximum = 9; }; };")) {
            try (XkbKeymap keymap = XkbKeymap.parse(text)) {
                assertEquals(List.of(), keymap.strokes('a', EiModifiers.NONE));
            } catch (EiException e) {
                assertTrue(e.getMessage().contains("keymap"), e.getMessage());
            }
        }
        XkbKeymap closed = XkbKeymap.parse(KEYMAP);
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.strokes('a', EiModifiers.NONE));
    }
}
