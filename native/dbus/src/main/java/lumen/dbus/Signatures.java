package lumen.dbus;

/** Walks along type signatures. */
final class Signatures {
    /** As the specification allows. */
    private static final int MAX_LENGTH = 255;
    private static final int MAX_DEPTH = 32;

    private Signatures() {
    }

    /**
     * Where the complete type that begins somewhere ends.
     *
     * @throws DBusException if there is none
     */
    static int end(String signature, int from) {
        return end(signature, from, 0);
    }

    private static int end(String signature, int from, int depth) {
        if (from >= signature.length() || depth > MAX_DEPTH || signature.length() > MAX_LENGTH) {
            throw new DBusException("malformed signature \"" + signature + "\"");
        }
        return switch (signature.charAt(from)) {
            case 'a' -> end(signature, from + 1, depth + 1);
            case '(' -> container(signature, from, ')', depth);
            case '{' -> container(signature, from, '}', depth);
            case 'y', 'b', 'n', 'q', 'i', 'u', 'x', 't', 'd', 's', 'o', 'g', 'v', 'h' -> from + 1;
            default -> throw new DBusException("malformed signature \"" + signature + "\"");
        };
    }

    private static int container(String signature, int from, char closing, int depth) {
        int at = from + 1;
        while (at < signature.length() && signature.charAt(at) != closing) {
            at = end(signature, at, depth + 1);
        }
        if (at >= signature.length() || at == from + 1) {
            throw new DBusException("malformed signature \"" + signature + "\"");
        }
        return at + 1;
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
}
