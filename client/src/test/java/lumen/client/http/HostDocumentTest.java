package lumen.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostDocumentTest {
    private static final String INFO = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root status_code=\"200\">"
            + "<hostname>a &amp; b</hostname><appversion>7.1.431.-1</appversion><uniqueid>u-1</uniqueid>"
            + "<HttpsPort>1234</HttpsPort><PairStatus>1</PairStatus><currentgame>7</currentgame>"
            + "<state>LUMEN_SERVER_BUSY</state><ServerCodecModeSupport>1</ServerCodecModeSupport></root>";

    private static HostDocument parse(String xml) {
        return HostDocument.parse(xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadWhatAHostSaysAboutItself() {
        ServerInfo info = ServerInfo.of(parse(INFO));
        assertEquals(new ServerInfo("a & b", "u-1", "7.1.431.-1", 1234, true, 7, "LUMEN_SERVER_BUSY", 1), info);
        assertTrue(info.busy());
        assertFalse(ServerInfo.of(parse(INFO.replace("BUSY", "FREE"))).busy());
        assertEquals(47984, ServerInfo.of(parse(INFO.replace("1234", "0"))).httpsPort());
    }

    @Test
    void shouldReadApplicationsInOrder() {
        List<App> apps = App.listOf(parse("<root status_code=\"200\"><App><IsHdrSupported>0</IsHdrSupported>"
                + "<AppTitle>Desktop</AppTitle><ID>5</ID></App>\n<App><AppTitle>&lt;x&gt;</AppTitle><ID>2147483647</ID>"
                + "<IsHdrSupported>1</IsHdrSupported><Extra><ID>9</ID></Extra></App></root>"));
        assertEquals(List.of(new App(5, "Desktop", false), new App(Integer.MAX_VALUE, "<x>", true)), apps);
    }

    @Test
    void shouldReadErrorsAndOldUnsignedCodes() {
        HostDocument document = parse("<root status_code=\"404\" status_message=\"no &quot;such&quot; app\"/>");
        assertEquals(404, document.statusCode());
        assertEquals("no \"such\" app", document.statusMessage());
        assertEquals(-1, parse("<root status_code=\"4294967295\"/>").statusCode());
    }

    @Test
    void shouldTakeTheFirstOfTwoElementsAndOnlyDirectChildren() {
        HostDocument document = parse("<root status_code=\"200\"><a>1</a><a>2</a><b><c>3</c></b></root>");
        assertEquals("1", document.required("a"));
        assertTrue(document.text("c").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<", "<root>", "<root/>", "<root status_code=\"x\"/>", "<root status_code=\"-1\"/>",
        "<root status_code=\"4294967296\"/>", "<html status_code=\"200\"/>", "<root status_code=\"200\">",
        "<!DOCTYPE root [<!ENTITY a \"b\">]><root status_code=\"200\"><x>&a;</x></root>",
        "<!DOCTYPE root SYSTEM \"file:///etc/passwd\"><root status_code=\"200\"/>",
        "<root status_code=\"200\"><x>&unknown;</x></root>", "<root status_code=\"200\"/><root status_code=\"200\"/>",
        "<root status_code=\"200\"><a><b><c><d><e><f><g><h/></g></f></e></d></c></b></a></root>"})
    void shouldRefuseWhatIsNoAnswer(String xml) {
        assertThrows(MalformedAnswerException.class, () -> parse(xml));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<App/>", "<App><ID>0</ID></App>", "<App><ID>-4</ID></App>", "<App><ID>abc</ID></App>",
        "<App><ID>2147483648</ID></App>"})
    void shouldRefuseApplicationsWithoutAUsableId(String app) {
        HostDocument document = parse("<root status_code=\"200\">" + app + "</root>");
        assertThrows(MalformedAnswerException.class, () -> App.listOf(document));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a:1", "rtsp://a", "rtsp://a:0", "rtspenc://a:65536", "rtsp://a:x"})
    void shouldRefuseUnusableSessionUrls(String url) {
        HostDocument document = parse("<root status_code=\"200\"><sessionUrl0>" + url
                + "</sessionUrl0><gamesession>1</gamesession></root>");
        assertThrows(MalformedAnswerException.class, () -> LaunchAnswer.of(document, "gamesession"));
    }

    @Test
    void shouldReadSessionUrls() {
        HostDocument document = parse("<root status_code=\"200\"><sessionUrl0>rtspenc://[::1]:48010</sessionUrl0>"
                + "<resume>1</resume></root>");
        assertEquals(new LaunchAnswer("rtspenc://[::1]:48010", 48010, true), LaunchAnswer.of(document, "resume"));
    }

    @Property(tries = 300)
    void shouldOnlyEverThrowItsOwnException(@ForAll @IntRange(min = 0, max = 400) int at, @ForAll byte value,
                                            @ForAll boolean cut) {
        byte[] xml = INFO.getBytes(StandardCharsets.UTF_8);
        int index = at % xml.length;
        xml[index] = value;
        try {
            HostDocument.parse(cut ? java.util.Arrays.copyOf(xml, index) : xml);
        } catch (MalformedAnswerException e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Test
    void shouldRefuseHugeAnswers() {
        assertThrows(MalformedAnswerException.class, () -> HostDocument.parse(new byte[HostDocument.MAX_BYTES + 1]));
        String many = "<root status_code=\"200\">" + "<a/>".repeat(30_000) + "</root>";
        assertThrows(MalformedAnswerException.class, () -> parse(many));
    }
}
