package lumen.dbus;

/** Walks along type signatures. */
final class Signatures {
    private static final int MAX_LENGTH = 255;
    /** Arrays and structs may each be nested 32 times. */
    private static final int MAX_DEPTH = 64;
    private static final String BASIC = "ybnqiuxtdsogh";

    private Signatures() {
    }

    /**
     * Where the complete type that begins somewhere ends.
     *
     * @throws DBusException if there is none
     */
    static int end(String signature, int from) {
        int end = signature.length() > MAX_LENGTH ? -1 : end(signature, from, 0);
        if (end < 0) {
            throw new DBusException("malformed signature \"" + signature + "\"");
        }
        return end;
    }

    /** @throws DBusException if a text is no sequence of complete types */
    static String checked(String signature) {
        for (int at = 0; at < signature.length();) {
            at = end(signature, at);
        }
        return signature;
    }

    /** Negative: malformed. */
    private static int end(String signature, int from, int depth) {
        if (from < 0 || from >= signature.length() || depth > MAX_DEPTH) {
            return -1;
        }
        char code = signature.charAt(from);
        if (code == 'a') {
            return from + 1 < signature.length() && signature.charAt(from + 1) == '{' ? entry(signature, from + 1, depth + 1)
                    : end(signature, from + 1, depth + 1);
        }
        if (code == '(') {
            return struct(signature, from, depth);
        }
        return code == 'v' || BASIC.indexOf(code) >= 0 ? from + 1 : -1;
    }

    private static int struct(String signature, int from, int depth) {
        int at = from + 1;
        while (at > 0 && at < signature.length() && signature.charAt(at) != ')') {
            at = end(signature, at, depth + 1);
        }
        return at <= from + 1 || at >= signature.length() ? -1 : at + 1;
    }

    /** An entry of a dictionary: a basic type and another. */
    private static int entry(String signature, int from, int depth) {
        if (from + 1 >= signature.length() || BASIC.indexOf(signature.charAt(from + 1)) < 0) {
            return -1;
        }
        int at = end(signature, from + 2, depth + 1);
        return at < 0 || at >= signature.length() || signature.charAt(at) != '}' ? -1 : at + 1;
    }

    /** What a type is aligned to, in bytes. */
    static int alignment(char type) {
        return switch (type) {
            case 'y', 'g', 'v' -> 1;
            case 'n', 'q' -> 2;
            case 'x', 't', 'd', '(', '{' -> 8;
            default -> 4;
        };
    }

    /** An object path: elements of letters, digits and underscores, each after a slash. */
    static boolean isObjectPath(String text) {
        if (!text.startsWith("/") || text.length() > 1 && text.endsWith("/")) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean element = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!element && (c != '/' || text.charAt(i - 1) == '/')) {
                return false;
            }
        }
        return true;
    }
}
