package lumen.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes: a message, or a {@link DBusException}; never anything else, and no descriptor is lost. */
class MessageFuzzTest {
    @Property(tries = 3000)
    void shouldReadWhateverItWrites(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder signature = new StringBuilder();
        List<Object> body = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String type = type(random, 0);
            signature.append(type);
            body.add(value(random, type, 0));
        }
        if (signature.length() > 255) {
            return;
        }
        Message.Fields fields = new Message.Fields("/p", "a.b", "M", "", ":1.7", "");
        byte[] bytes = Message.encode(Message.Type.CALL, random.nextBoolean(), 1 + random.nextInt(9), 0, fields, signature.toString(), body).bytes();
        assertEquals(body, Message.parse(ByteBuffer.wrap(bytes), new ArrayList<>()).body());
        assertEquals(bytes.length, Header.Lengths.of(ByteBuffer.wrap(bytes)).header() + Header.Lengths.of(ByteBuffer.wrap(bytes)).body());
        damage(random, bytes);
        parseOrRefuse(bytes);
        // A message cut short never gets past its lengths; inside, every part is cut somewhere.
        parseOrRefuse(Arrays.copyOf(bytes, Math.max(16, random.nextInt(bytes.length))));
    }

    @Property(tries = 2000)
    void shouldRefuseNoise(@ForAll @Size(min = 16, max = 200) byte[] bytes, @ForAll @IntRange(max = 1) int order) {
        bytes[0] = order == 0 ? Header.LITTLE : Header.BIG;
        bytes[1] &= 3;
        bytes[3] = Header.PROTOCOL;
        parseOrRefuse(bytes);
    }

    private static void damage(Random random, byte[] bytes) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(4));
        }
    }

    private static void parseOrRefuse(byte[] bytes) {
        try (EventFd event = new EventFd()) {
            List<Fd> all = List.of(Fd.duplicateOf(event.fd()), Fd.duplicateOf(event.fd()));
            List<Fd> waiting = new ArrayList<>(all);
            try {
                Message.parse(ByteBuffer.wrap(bytes), waiting).discard();
            } catch (DBusException e) {
                // Refused, as it should be.
            }
            waiting.forEach(Fd::close);
            all.forEach(fd -> assertThrows(IllegalStateException.class, fd::value));
        }
    }

    private static String type(Random random, int depth) {
        String basic = "ybnqiuxtdsog";
        int kind = depth > 3 ? 0 : random.nextInt(8);
        return switch (kind) {
            case 1 -> "a" + type(random, depth + 1);
            case 2 -> "(" + IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(i -> type(random, depth + 1)).collect(Collectors.joining()) + ")";
            case 3 -> "a{" + basic.charAt(random.nextInt(basic.length())) + type(random, depth + 1) + "}";
            case 4 -> "v";
            default -> basic.substring(0, basic.length()).charAt(random.nextInt(basic.length())) + "";
        };
    }

    private static Object value(Random random, String type, int depth) {
        return switch (type.charAt(0)) {
            case 'y' -> (byte) random.nextInt();
            case 'b' -> random.nextBoolean();
            case 'n', 'q' -> (short) random.nextInt();
            case 'i', 'u' -> random.nextInt();
            case 'x', 't' -> random.nextLong();
            case 'd' -> random.nextDouble();
            case 's' -> random.ints(random.nextInt(5), 1, 0xD800).mapToObj(Character::toString).collect(Collectors.joining());
            case 'o' -> random.nextBoolean() ? "/" : "/a/b_" + random.nextInt(100);
            case 'g' -> type(random, 2);
            case 'v' -> {
                String inner = depth > 2 ? "i" : type(random, 2);
                yield new Variant(inner, value(random, inner, depth + 1));
            }
            case 'a' -> type.charAt(1) == '{'
                    ? Map.of(value(random, type.substring(2, 3), depth + 1), value(random, type.substring(3, type.length() - 1), depth + 1))
                    : IntStream.range(0, random.nextInt(3)).mapToObj(i -> value(random, type.substring(1), depth + 1)).toList();
            default -> struct(random, type, depth);
        };
    }

    private static Struct struct(Random random, String type, int depth) {
        List<Object> fields = new ArrayList<>();
        for (int at = 1; at < type.length() - 1;) {
            int end = Signatures.end(type, at);
            fields.add(value(random, type.substring(at, end), depth + 1));
            at = end;
        }
        return new Struct(fields);
    }
}
