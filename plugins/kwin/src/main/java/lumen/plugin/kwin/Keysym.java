package lumen.plugin.kwin;

/** X keysyms of code points ({@code keysymdef.h}). */
final class Keysym {
    /** {@code XK_VoidSymbol}: no key types it. */
    static final int NONE = 0xffffff;
    private static final int BACKSPACE = 0xff08;
    private static final int TAB = 0xff09;
    private static final int RETURN = 0xff0d;
    private static final int ESCAPE = 0xff1b;
    private static final int DELETE = 0xffff;
    private static final int UNICODE = 0x0100_0000;

    private Keysym() {
    }

    /** The keysym that types a code point. */
    static int of(int codePoint) {
        return switch (codePoint) {
            case '\b' -> BACKSPACE;
            case '\t' -> TAB;
            case '\n', '\r' -> RETURN;
            case 0x1b -> ESCAPE;
            case 0x7f -> DELETE;
            default -> {
                if (!Character.isValidCodePoint(codePoint) || Character.isISOControl(codePoint)
                        || codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    yield NONE;
                }
                yield codePoint <= 0xff ? codePoint : UNICODE | codePoint;
            }
        };
    }
}
