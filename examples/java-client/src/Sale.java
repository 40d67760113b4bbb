import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sale in the books: its four documents, and what customs last said of each. */
final class Sale {
    /** A document and where it stands: the status of its latest version, 0 where none was told. */
    static final class Paper {
        final Sale sale;
        final Kind kind;
        final Map<String, Object> detail;
        int status;
        int sent;
        String sentAt = "";
        String toldAt = "";

        Paper(Sale sale, Kind kind, Map<String, Object> detail) {
            this.sale = sale;
            this.kind = kind;
            this.detail = detail;
        }

        String key() {
            return kind.key(kind.head(detail));
        }

        String number() {
            return kind.number(kind.head(detail));
        }

        boolean accepted() {
            return status >= 120;
        }
    }

    private static final BigDecimal BELIEVABLE = new BigDecimal("100000");
    /** What a line of the list has in common with the line of the order. */
    private static final List<String> COMPARED =
            List.of("itemNo", "unit", "currency", "qty", "price", "totalPrice");

    final Map<Kind, Paper> papers = new EnumMap<>(Kind.class);
    String invtNo = "";
    private final Map<String, Object> last = new LinkedHashMap<>();

    Sale(Map<String, Object> detail) {
        for (Kind kind : Kind.values()) {
            papers.put(kind, new Paper(this, kind, Papers.object(detail.get(kind.element))));
        }
    }

    /** False: no retail parcel is worth so much, and a person looks at it before customs hears of it. */
    boolean believable() {
        Object value = Kind.ORDER.head(papers.get(Kind.ORDER).detail).get("goodsValue");
        return new BigDecimal((String) value).compareTo(BELIEVABLE) <= 0;
    }

    /** Lines of the list say again what those of the order say: customs compares them. */
    void correct() {
        Map<Object, Map<String, Object>> ordered = new HashMap<>();
        for (Map<String, Object> line : Json.rows(papers.get(Kind.ORDER).detail.get("OrderList"))) {
            ordered.put(line.get("gnum"), line);
        }
        for (Map<String, Object> line : Json.rows(papers.get(Kind.LIST).detail.get("InventoryList"))) {
            Map<String, Object> same = ordered.getOrDefault(line.get("gnum"), Map.of());
            COMPARED.stream().filter(same::containsKey).forEach(name -> line.put(name, same.get(name)));
            if (line.get("unit").equals(line.get("unit1"))) {
                line.put("qty1", line.get("qty"));
            }
        }
    }

    /** The list follows when all that customs compares it with is accepted. */
    boolean ready() {
        return papers.get(Kind.LIST).sent == 0
                && papers.values().stream().filter(one -> one.kind != Kind.LIST).allMatch(Paper::accepted);
    }

    void told(Envelope.Said said) {
        last.put("messageType", said.type());
        last.put("status", Integer.toString(said.status()));
        last.put("info", said.fields().getOrDefault("returnInfo", ""));
        invtNo = said.fields().getOrDefault("invtNo", invtNo);
    }

    Map<String, Object> numbers() {
        return Map.of("orderNo", papers.get(Kind.ORDER).number(), "copNo", papers.get(Kind.LIST).number(),
                "logisticsNo", papers.get(Kind.WAYBILL).number());
    }

    /** What is believed, as the driver's contract wants it. */
    Map<String, Object> believed() {
        Map<String, Object> documents = new LinkedHashMap<>();
        papers.forEach((kind, one) -> documents.put(
                kind.number, Map.of("status", one.status == 0 ? "" : Integer.toString(one.status))));
        Map<String, Object> order = Kind.ORDER.head(papers.get(Kind.ORDER).detail);
        Map<String, Object> amounts = Map.of("goodsValue", order.get("goodsValue"), "freight", order.get("freight"),
                "charge", papers.get(Kind.RECEIPTS).detail.get("charge"), "currency", order.get("currency"));
        return Map.of("orderNo", order.get("orderNo"), "invtNo", invtNo, "documents", documents,
                "lastReturn", last, "amounts", amounts);
    }
}
