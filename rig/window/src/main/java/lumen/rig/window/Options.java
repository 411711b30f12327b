package lumen.rig.window;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * How a window behaves.
 *
 * @param still   paint again only when input changes the card
 * @param hertz   frames a second; 0: one at each frame callback
 * @param output  name of the output to fill; empty: the compositor's choice
 * @param width   pixels of an ordinary window; 0: fullscreen
 * @param height  pixels of an ordinary window; 0: fullscreen
 * @param cursor  show an own pointer over the window instead of none
 * @param seconds end by itself; zero: when the compositor or a signal says so
 */
public record Options(boolean still, int hertz, Optional<String> output, int width, int height, boolean cursor,
                      Duration seconds) {
    static final String USAGE = """
            usage: lumen.rig.window.Main [--still | --rate HZ] [--output NAME | --size WxH] [--cursor] [--seconds N]
            Shows the test card on the compositor at WAYLAND_DISPLAY, fullscreen unless a size is given,
            and prints a line an event: configured WxH, frame N, enter, leave, pointer X Y, button CODE 0|1,
            axis 0|1 AMOUNT, notches 0|1 N, key CODE 0|1, modifiers DEPRESSED LATCHED LOCKED, touch …""";

    /** A window that fills the compositor's choice of output and moves with it. */
    public static Options fullscreen() {
        return new Options(false, 0, Optional.empty(), 0, 0, false, Duration.ZERO);
    }

    /** @throws IllegalArgumentException naming the argument that is wrong */
    static Options parse(List<String> arguments) {
        Options o = fullscreen();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String name = rest.next();
            o = switch (name) {
                case "--still" -> new Options(true, o.hertz, o.output, o.width, o.height, o.cursor, o.seconds);
                case "--rate" -> new Options(o.still, number(name, value(name, rest), 1000), o.output, o.width, o.height,
                        o.cursor, o.seconds);
                case "--output" -> new Options(o.still, o.hertz, Optional.of(value(name, rest)), o.width, o.height, o.cursor,
                        o.seconds);
                case "--cursor" -> new Options(o.still, o.hertz, o.output, o.width, o.height, true, o.seconds);
                case "--seconds" -> new Options(o.still, o.hertz, o.output, o.width, o.height, o.cursor,
                        Duration.ofSeconds(number(name, value(name, rest), 86_400)));
                case "--size" -> sized(o, value(name, rest));
                default -> throw new IllegalArgumentException("unknown argument " + name);
            };
        }
        return o;
    }

    private static Options sized(Options o, String size) {
        String[] parts = size.split("x", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("--size " + size + " is not WIDTHxHEIGHT");
        }
        return new Options(o.still, o.hertz, o.output, number("--size", parts[0], 16_384), number("--size", parts[1], 16_384),
                o.cursor, o.seconds);
    }

    private static String value(String name, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return rest.next();
    }

    private static int number(String name, String text, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same message as for a number out of range.
        }
        throw new IllegalArgumentException(name + " " + text + " is not a number from 1 to " + most);
    }

    boolean fillsOutput() {
        return width == 0;
    }
}
