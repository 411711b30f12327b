package lumen.host.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class QueryStringTest {
    @Test
    void shouldDecodeAndMatchNamesInAnyCase() {
        QueryString query = QueryString.parse("/pair?UniqueId=a%20b+c&phrase=&x&=y&bad=%zz%4&uniqueid=second&eq=a=b");
        assertEquals("/pair", query.path());
        assertEquals("a b c", query.get("uniqueid"));
        assertEquals("", query.get("phrase"));
        assertTrue(query.has("x"));
        assertEquals("%zz%4", query.get("bad"));
        assertEquals("a=b", query.get("eq"));
        assertEquals("", query.get("absent"));
        assertEquals(Map.of(), QueryString.parse("/serverinfo").parameters());
        assertEquals("ü", QueryString.parse("/?n=%C3%BC").get("n"));
    }

    @Property(tries = 2000)
    void shouldReadAnyText(@ForAll String text) {
        for (String target : new String[] {text, "/pair?" + text, "?" + text + "&" + text + "=%" + text}) {
            assertTrue(QueryString.parse(target).parameters().size() <= 64);
        }
    }

    @Property(tries = 500)
    void shouldWriteWellFormedXmlForAnyText(@ForAll String text) throws Exception {
        byte[] xml = XmlDocument.error(400, text).element("a", text).bytes();
        var root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml)).getDocumentElement();
        assertEquals("400", root.getAttribute("status_code"));
        assertEquals("a", root.getFirstChild().getNodeName());
    }
}
