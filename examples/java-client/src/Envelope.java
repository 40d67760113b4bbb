import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The envelope of the data exchange platform (annex, section 4), and what comes in one. */
final class Envelope {
    private static final String DXP = "http://www.chinaport.gov.cn/dxp";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private Envelope() {
    }

    /** A record of a return: its fields by name. `type` is the root's name, CEB604Message. */
    record Said(String type, Map<String, String> fields) {
        int status() {
            return Integer.parseInt(fields.get("returnStatus"));
        }
    }

    /** A message in its envelope; Data stands on one line. */
    static byte[] wrap(String id, String sender, String receiver, String type, String message) {
        String created = TIME.format(LocalDateTime.now(ZoneId.of("Asia/Shanghai")));
        String data = Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8));
        return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dxp:DxpMsg xmlns:dxp=\"" + DXP + "\" ver=\"1.0\">"
                + "<dxp:TransInfo><dxp:CopMsgId>" + id + "</dxp:CopMsgId><dxp:SenderId>" + sender + "</dxp:SenderId>"
                + "<dxp:ReceiverIds><dxp:ReceiverId>" + receiver + "</dxp:ReceiverId></dxp:ReceiverIds>"
                + "<dxp:CreatTime>" + created + "</dxp:CreatTime><dxp:MsgType>" + type + "</dxp:MsgType>"
                + "</dxp:TransInfo><dxp:Data>" + data + "</dxp:Data></dxp:DxpMsg>")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Every record of what came in: of a return (in an envelope or bare), or the answers of a DxpRep. */
    static List<Said> read(byte[] data) throws Exception {
        Element root = Signing.parse(data).getDocumentElement();
        if ("DxpMsg".equals(root.getLocalName())) {
            String inner = Signing.child(root, "Data").getTextContent();
            root = Signing.parse(Base64.getMimeDecoder().decode(inner)).getDocumentElement();
        }
        List<Said> said = new ArrayList<>();
        for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                Map<String, String> fields = fields(element);
                if (fields.containsKey("returnStatus") || fields.containsKey("ResponseCode")) {
                    said.add(new Said(root.getLocalName(), fields));
                }
            }
        }
        return said;
    }

    private static Map<String, String> fields(Element record) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Node node = record.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                fields.put(element.getLocalName(), element.getTextContent());
            }
        }
        return fields;
    }
}
