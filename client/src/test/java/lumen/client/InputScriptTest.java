package lumen.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lumen.core.input.InputEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputScriptTest {
    private static TimedInput at(long millis, InputEvent event) {
        return new TimedInput.Event(millis, event);
    }

    @Test
    void shouldReadEveryKindOfLine() {
        List<TimedInput> script = InputScript.parse(List.of("# a comment", "", "0 move -3 4", "10 pos 5 6 1279 719",
                "10 btn 1 down", "20 btn 1 up", "30 key 0x41 down", "30 key 65 up", "40 text é€", "50 scroll -120",
                "60 hscroll 120", "70 idr"), "script");
        assertEquals(List.of(at(0, new InputEvent.MouseMove(-3, 4)), at(10, new InputEvent.MousePosition(5, 6, 1279, 719)),
                at(10, new InputEvent.MouseButton(1, true)), at(20, new InputEvent.MouseButton(1, false)),
                at(30, new InputEvent.Key(0x41, true, 0, false)), at(30, new InputEvent.Key(0x41, false, 0, false)),
                at(40, new InputEvent.Text('é')), at(40, new InputEvent.Text('€')), at(50, new InputEvent.Scroll(-120)),
                at(60, new InputEvent.HorizontalScroll(120)), new TimedInput.RequestIdr(70)), script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x move 1 2", "-1 idr", "5", "5 jump", "5 move 1", "5 move 1 2 3", "5 btn 1 left",
        "5 key a down", "5 text", "5 pos 1 2 3"})
    void shouldNameTheLineItCanNotRead(String line) {
        ClientException e = assertThrows(ClientException.class,
                () -> InputScript.parse(List.of("0 idr", line), "script"));
        assertTrue(e.getMessage().startsWith("input-script: script:2: "), e.getMessage());
    }

    @Test
    void shouldNotGoBackInTime() {
        assertThrows(ClientException.class, () -> InputScript.parse(List.of("5 idr", "4 idr"), "script"));
    }

    @Test
    void shouldReadHostAddresses() {
        assertEquals(new HostAddress("a.b", 47989), HostAddress.parse("a.b"));
        assertEquals(new HostAddress("1.2.3.4", 5), HostAddress.parse("1.2.3.4:5"));
        assertEquals(new HostAddress("::1", 47989), HostAddress.parse("::1"));
        assertEquals(new HostAddress("::1", 7), HostAddress.parse("[::1]:7"));
        assertEquals("[::1]:7", HostAddress.parse("[::1]:7").toString());
        for (String wrong : List.of("", ":1", "a:0", "a:65536", "a:x", "[::1", "[::1]x")) {
            assertThrows(IllegalArgumentException.class, () -> HostAddress.parse(wrong), wrong);
        }
    }
}
