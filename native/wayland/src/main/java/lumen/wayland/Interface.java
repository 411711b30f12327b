package lumen.wayland;

import java.util.List;

/**
 * A protocol interface as data. A message is its name and signature in one string, {@code "bind(usun)"}:
 * {@code i} int, {@code u} uint, {@code f} 24.8 fixed, {@code s} string, {@code o} object, {@code n} new id,
 * {@code a} array, {@code h} descriptor; {@code ?} in front: may be null. The opcode is the position.
 */
public final class Interface {
    private static final String TYPES = "iufsonah";

    private final String name;
    private final int version;
    private final Message[] requests;
    private final Message[] events;

    private Interface(String name, int version, List<String> requests, List<String> events) {
        this.name = name;
        this.version = version;
        this.requests = requests.stream().map(Message::parse).toArray(Message[]::new);
        this.events = events.stream().map(Message::parse).toArray(Message[]::new);
    }

    /**
     * @param version the newest version described here; a bind never asks for more
     */
    public static Interface of(String name, int version, List<String> requests, List<String> events) {
        return new Interface(name, version, requests, events);
    }

    public String name() {
        return name;
    }

    public int version() {
        return version;
    }

    Message request(int opcode) {
        return requests[opcode];
    }

    /** The event, or {@code null} if there is none with that opcode. */
    Message event(int opcode) {
        return opcode < events.length ? events[opcode] : null;
    }

    int eventCount() {
        return events.length;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Name and argument types of a request or event. */
    static final class Message {
        private final String name;
        private final byte[] types;
        private final boolean[] nullable;

        private Message(String name, byte[] types, boolean[] nullable) {
            this.name = name;
            this.types = types;
            this.nullable = nullable;
        }

        private static Message parse(String text) {
            int open = text.indexOf('(');
            String signature = text.substring(open + 1, text.length() - 1);
            int count = signature.replace("?", "").length();
            byte[] types = new byte[count];
            boolean[] nullable = new boolean[count];
            int n = 0;
            boolean optional = false;
            for (char c : signature.toCharArray()) {
                if (c == '?') {
                    optional = true;
                } else if (TYPES.indexOf(c) >= 0) {
                    nullable[n] = optional;
                    types[n++] = (byte) c;
                    optional = false;
                } else {
                    throw new IllegalArgumentException("signature " + text);
                }
            }
            return new Message(text.substring(0, open), types, nullable);
        }

        String name() {
            return name;
        }

        int count() {
            return types.length;
        }

        byte type(int argument) {
            return types[argument];
        }

        boolean nullable(int argument) {
            return nullable[argument];
        }
    }
}
