package lumen.host.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.spi.InputSink;
import org.junit.jupiter.api.Test;

class ReplaceableSinkTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldChangeBetweenTwoEventsAndCloseTheOldSink() {
        ReplaceableSink sink = new ReplaceableSink(Optional.of(new Named("a")));
        sink.key(30, true);
        sink.replace(Optional.of(new Named("b")));
        assertEquals(List.of("a key 30"), log);
        sink.key(31, true);
        sink.close();
        assertEquals(List.of("a key 30", "a close", "b key 31", "b close"), log);
    }

    @Test
    void shouldCloseASinkThatNeverCameToUse() {
        ReplaceableSink sink = new ReplaceableSink(Optional.empty());
        sink.key(30, true);
        sink.replace(Optional.of(new Named("a")));
        sink.replace(Optional.of(new Named("b")));
        sink.close();
        sink.close();
        assertEquals(List.of("a close", "b close"), log);
    }

    private final class Named implements InputSink {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void key(int code, boolean down) {
            log.add(name + " key " + code);
        }

        @Override
        public void text(int codePoint) {
            log.add(name + " text");
        }

        @Override
        public void pointerMove(int dx, int dy) {
            log.add(name + " move");
        }

        @Override
        public void pointerTo(int x, int y, int width, int height) {
            log.add(name + " position");
        }

        @Override
        public void button(int code, boolean down) {
            log.add(name + " button");
        }

        @Override
        public void scroll(int vertical, int horizontal) {
            log.add(name + " scroll");
        }

        @Override
        public void flush() {
            log.add(name + " flush");
        }

        @Override
        public void close() {
            log.add(name + " close");
        }
    }
}
