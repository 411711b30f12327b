package lumen.plugin.wlroots;

import java.util.Locale;

/**
 * The keymap of the virtual keyboard, complete in itself: US layout by evdev codes, and one key whose
 * symbol is any code point wanted. Format: XKB keymap text v1, as in libxkbcommon's documentation.
 */
final class UsKeymap {
    static final int NO_CODE_POINT = -1;
    /** XKB keycodes are evdev codes plus 8 and end at 255. */
    static final int LAST_KEY = 247;
    /** An evdev code that no keyboard sends. */
    static final int TEXT_KEY = 84;
    static final int KEY_CAPSLOCK = 58;
    static final int KEY_NUMLOCK = 69;

    private static final int MOD_SHIFT = 1;
    static final int MOD_LOCK = 2;
    private static final int MOD_CONTROL = 4;
    private static final int MOD_ALT = 8;
    static final int MOD_NUM = 16;
    private static final int MOD_SUPER = 64;
    /** Keys that are modifiers while they are held, with their mask. */
    static final int[][] MODIFIER_KEYS = {{42, MOD_SHIFT}, {54, MOD_SHIFT}, {29, MOD_CONTROL}, {97, MOD_CONTROL},
            {56, MOD_ALT}, {100, MOD_ALT}, {125, MOD_SUPER}, {126, MOD_SUPER}};

    private static final int XKB_OFFSET = 8;
    /** First evdev code, then the symbols of it and of those that follow: {@code plain} or {@code plain/shifted}. */
    private static final String[] ROWS = {
            "1 Escape 1/exclam 2/at 3/numbersign 4/dollar 5/percent 6/asciicircum 7/ampersand 8/asterisk 9/parenleft "
                    + "0/parenright minus/underscore equal/plus BackSpace Tab/ISO_Left_Tab q w e r t y u i o p "
                    + "bracketleft/braceleft bracketright/braceright Return Control_L a s d f g h j k l semicolon/colon "
                    + "apostrophe/quotedbl grave/asciitilde Shift_L backslash/bar z x c v b n m comma/less period/greater "
                    + "slash/question Shift_R KP_Multiply Alt_L space Caps_Lock F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 Num_Lock "
                    + "Scroll_Lock KP_Home/KP_7 KP_Up/KP_8 KP_Prior/KP_9 KP_Subtract KP_Left/KP_4 KP_Begin/KP_5 "
                    + "KP_Right/KP_6 KP_Add KP_End/KP_1 KP_Down/KP_2 KP_Next/KP_3 KP_Insert/KP_0 KP_Delete/KP_Decimal",
            "85 Zenkaku_Hankaku less/greater F11 F12 backslash/underscore Katakana Hiragana Henkan Hiragana_Katakana "
                    + "Muhenkan KP_Separator KP_Enter Control_R KP_Divide Print/Sys_Req Alt_R Linefeed Home Up Prior Left "
                    + "Right End Down Next Insert Delete",
            "113 XF86AudioMute XF86AudioLowerVolume XF86AudioRaiseVolume XF86PowerOff KP_Equal plusminus Pause/Break",
            "121 KP_Separator Hangul Hangul_Hanja yen/bar Super_L Super_R Menu Cancel Redo",
            "131 Undo", "138 Help", "140 XF86Calculator", "142 XF86Sleep", "155 XF86Mail XF86Favorites",
            "158 XF86Back XF86Forward", "163 XF86AudioNext XF86AudioPlay/XF86AudioPause XF86AudioPrev XF86AudioStop",
            "172 XF86HomePage XF86Reload", "183 F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24", "217 XF86Search",
    };
    private static final String TYPES_AND_ACTIONS = """
            xkb_types "lumen" {
            virtual_modifiers NumLock, Alt, Super;
            type "ONE_LEVEL" { modifiers = none; level_name[Level1] = "Any"; };
            type "TWO_LEVEL" { modifiers = Shift; map[Shift] = Level2;
              level_name[Level1] = "Base"; level_name[Level2] = "Shift"; };
            type "ALPHABETIC" { modifiers = Shift+Lock; map[Shift] = Level2; map[Lock] = Level2;
              level_name[Level1] = "Base"; level_name[Level2] = "Caps"; };
            type "KEYPAD" { modifiers = Shift+NumLock; map[Shift] = Level2; map[NumLock] = Level2;
              level_name[Level1] = "Base"; level_name[Level2] = "Number"; };
            };
            xkb_compatibility "lumen" {
            virtual_modifiers NumLock, Alt, Super;
            interpret.useModMapMods = AnyLevel;
            interpret.repeat = False;
            interpret Num_Lock+AnyOf(all) { virtualModifier = NumLock; action = LockMods(modifiers=NumLock); };
            interpret Alt_L+AnyOf(all) { virtualModifier = Alt; action = SetMods(modifiers=modMapMods,clearLocks); };
            interpret Alt_R+AnyOf(all) { virtualModifier = Alt; action = SetMods(modifiers=modMapMods,clearLocks); };
            interpret Super_L+AnyOf(all) { virtualModifier = Super; action = SetMods(modifiers=modMapMods,clearLocks); };
            interpret Super_R+AnyOf(all) { virtualModifier = Super; action = SetMods(modifiers=modMapMods,clearLocks); };
            interpret Caps_Lock+AnyOfOrNone(all) { action = LockMods(modifiers=Lock); };
            interpret Any+AnyOf(all) { action = SetMods(modifiers=modMapMods,clearLocks); };
            };
            """;
    private static final String HEAD = head();
    private static final String SYMBOLS = symbols();
    private static final String TAIL = """
            modifier_map Shift { <K50>, <K62> };
            modifier_map Lock { <K66> };
            modifier_map Control { <K37>, <K105> };
            modifier_map Mod1 { <K64>, <K108> };
            modifier_map Mod2 { <K77> };
            modifier_map Mod4 { <K133>, <K134> };
            };
            };
            """;

    private UsKeymap() {
    }

    private static String head() {
        StringBuilder text = new StringBuilder("xkb_keymap {\nxkb_keycodes \"lumen\" {\nminimum = 8;\nmaximum = 255;\n");
        for (int code = 1; code <= LAST_KEY; code++) {
            text.append("<K").append(code + XKB_OFFSET).append("> = ").append(code + XKB_OFFSET).append(";\n");
        }
        return text.append("};\n").append(TYPES_AND_ACTIONS).toString();
    }

    private static String symbols() {
        StringBuilder text = new StringBuilder("xkb_symbols \"lumen\" {\nname[Group1] = \"English (US)\";\n");
        for (String row : ROWS) {
            String[] words = row.split(" ");
            int code = Integer.parseInt(words[0]);
            for (int i = 1; i < words.length; i++) {
                appendKey(text, code++, words[i]);
            }
        }
        return text.toString();
    }

    private static void appendKey(StringBuilder text, int code, String entry) {
        String[] levels = entry.split("/");
        boolean letter = entry.length() == 1;
        String type = letter ? "ALPHABETIC" : levels.length == 1 ? "ONE_LEVEL" : levels[0].startsWith("KP_") ? "KEYPAD" : "TWO_LEVEL";
        text.append("key <K").append(code + XKB_OFFSET).append("> { type = \"").append(type).append("\", [ ").append(levels[0]);
        if (letter) {
            text.append(", ").append(entry.toUpperCase(Locale.ROOT));
        } else if (levels.length == 2) {
            text.append(", ").append(levels[1]);
        }
        text.append(" ] };\n");
    }

    /** True for what a key can mean: characters, and the controls that have a key. */
    static boolean typeable(int codePoint) {
        return switch (codePoint) {
            case '\b', '\t', '\n', '\r', 27, 127 -> true;
            default -> Character.isValidCodePoint(codePoint) && codePoint >= 32 && !(codePoint >= 127 && codePoint < 160)
                    && !(codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
        };
    }

    /** The keymap with {@link #TEXT_KEY} meaning that code point, or nothing. */
    static String text(int codePoint) {
        String key = codePoint == NO_CODE_POINT ? ""
                : "key <K" + (TEXT_KEY + XKB_OFFSET) + "> { type = \"ONE_LEVEL\", [ " + symbol(codePoint) + " ] };\n";
        return HEAD + SYMBOLS + key + TAIL;
    }

    private static String symbol(int codePoint) {
        return switch (codePoint) {
            case '\b' -> "BackSpace";
            case '\t' -> "Tab";
            case '\n', '\r' -> "Return";
            case 27 -> "Escape";
            case 127 -> "Delete";
            default -> "U" + String.format(Locale.ROOT, "%04X", codePoint);
        };
    }
}
