import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Documents of an order written as XML: names and their order are those of the detail that the shop handed over. */
final class Papers {
    private static final String CEB = "http://www.chinaport.gov.cn/ceb";
    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    private final Fault fault;

    Papers(Fault fault) {
        this.fault = fault;
    }

    /** One document with what is set when it is sent; its head is itself where it has no lines. */
    String document(String name, Map<String, Object> detail, String guid, String time) {
        String stamp = field("guid", guid) + field("appType", "1") + field("appTime", time) + field("appStatus", "2");
        if (!detail.containsKey(name + "Head")) {
            return tag(name, stamp + fields(detail));
        }
        StringBuilder out = new StringBuilder(tag(name + "Head", stamp + fields(object(detail.get(name + "Head")))));
        for (Map<String, Object> line : Json.rows(detail.get(name + "List"))) {
            out.append(tag(name + "List", fields(counted(line))));
        }
        return tag(name, out.toString());
    }

    /** A message of 1 to 100 documents of one sender. */
    String message(String kind, String guid, List<String> documents, String code, String firm, String dxpId) {
        String xsi = fault == Fault.XSI_OUT_OF_SCOPE ? "" : " xmlns:xsi=\"" + XSI + "\"";
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ceb:CEB" + kind + "Message" + xsi + " xmlns:ceb=\"" + CEB
                + "\" guid=\"" + guid + "\" version=\"1.0\">" + String.join("", documents)
                + tag("BaseTransfer", field("copCode", code) + field("copName", firm) + field("dxpMode", "DXP")
                + field("dxpId", dxpId)) + "</ceb:CEB" + kind + "Message>";
    }

    /** What a signing device has in scope although it is not in the message. */
    String scope() {
        return fault == Fault.XSI_OUT_OF_SCOPE ? " xmlns:xsi=\"" + XSI + "\"" : "";
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    /** A line with its total: as the shop says it, or counted by a binary fraction. */
    private Map<String, Object> counted(Map<String, Object> line) {
        if (fault != Fault.DOUBLE_AMOUNTS) {
            return line;
        }
        Map<String, Object> out = new LinkedHashMap<>(line);
        double total = Double.parseDouble((String) line.get("qty")) * Double.parseDouble((String) line.get("price"));
        out.put("totalPrice", Double.toString(total));
        return out;
    }

    private String fields(Map<String, Object> values) {
        StringBuilder out = new StringBuilder();
        values.forEach((name, value) -> out.append(field(name, (String) value)));
        return out.toString();
    }

    private String field(String name, String value) {
        return tag(name, fault == Fault.NOT_ESCAPED ? value : Messages.escape(value));
    }

    private static String tag(String name, String inner) {
        return "<ceb:" + name + ">" + inner + "</ceb:" + name + ">";
    }
}
