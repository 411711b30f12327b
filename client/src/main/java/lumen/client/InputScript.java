package lumen.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lumen.core.input.InputEvent;

/**
 * Reads input from text, one thing a line: {@code MS move DX DY}, {@code MS pos X Y W H},
 * {@code MS btn N down|up}, {@code MS key VK down|up}, {@code MS text STRING}, {@code MS scroll N},
 * {@code MS hscroll N} or {@code MS idr}. Empty lines and lines that begin with # are skipped.
 */
public final class InputScript {
    private static final String STAGE = "input-script";

    private InputScript() {
    }

    /** @throws ClientException naming the line that can't be read */
    public static List<TimedInput> read(Path file) {
        try {
            return parse(Files.readAllLines(file), file.toString());
        } catch (IOException e) {
            throw new ClientException(STAGE, "can't read " + file + ": " + e, e);
        }
    }

    /** @param name shown in messages */
    public static List<TimedInput> parse(List<String> lines, String name) {
        List<TimedInput> script = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                parse(line, script);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new ClientException(STAGE, name + ":" + (i + 1) + ": '" + line + "' is not one of MS move DX DY,"
                        + " pos X Y W H, btn N down|up, key VK down|up, text STRING, scroll N, hscroll N, idr", e);
            }
            long at = script.getLast().atMillis();
            if (at < last) {
                throw new ClientException(STAGE, name + ":" + (i + 1) + ": goes back in time");
            }
            last = at;
        }
        return script;
    }

    private static void parse(String line, List<TimedInput> script) {
        String[] word = line.split("\\s+");
        long at = Long.parseUnsignedLong(word[0]);
        switch (word[1]) {
            case "idr" -> script.add(new TimedInput.RequestIdr(at));
            case "text" -> line.substring(line.indexOf("text") + 4).strip().codePoints()
                    .forEach(c -> script.add(new TimedInput.Event(at, new InputEvent.Text(c))));
            case "move" -> add(script, at, word, 4, new InputEvent.MouseMove(number(word[2]), number(word[3])));
            case "pos" -> add(script, at, word, 6, new InputEvent.MousePosition(number(word[2]), number(word[3]),
                    number(word[4]), number(word[5])));
            case "btn" -> add(script, at, word, 4, new InputEvent.MouseButton(number(word[2]), down(word[3])));
            case "key" -> add(script, at, word, 4, new InputEvent.Key(number(word[2]), down(word[3]), 0, false));
            case "scroll" -> add(script, at, word, 3, new InputEvent.Scroll(number(word[2])));
            case "hscroll" -> add(script, at, word, 3, new InputEvent.HorizontalScroll(number(word[2])));
            default -> throw new IllegalArgumentException(word[1]);
        }
        if (script.isEmpty() || script.getLast().atMillis() != at) {
            throw new IllegalArgumentException("nothing to do");
        }
    }

    private static void add(List<TimedInput> script, long at, String[] words, int count, InputEvent event) {
        if (words.length != count) {
            throw new IllegalArgumentException(words.length + " words");
        }
        script.add(new TimedInput.Event(at, event));
    }

    /** Decimal, or hexadecimal after 0x, as virtual keys are often written. */
    private static int number(String text) {
        return Integer.decode(text);
    }

    private static boolean down(String text) {
        return switch (text) {
            case "down" -> true;
            case "up" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
