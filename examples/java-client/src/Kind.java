import java.util.Map;

/** The four documents of a sale: number, that of its return, element, key (firm and number), and who sends it. */
enum Kind {
    ORDER("303", "304", "Order", "ebpCode", "orderNo", "ebc"),
    RECEIPTS("403", "404", "Receipts", "ebcCode", "payNo", "pay"),
    WAYBILL("505", "506", "Logistics", "logisticsCode", "logisticsNo", "logistics"),
    LIST("603", "604", "Inventory", "agentCode", "copNo", "agent");

    final String number;
    final String answer;
    final String element;
    private final String owner;
    private final String key;
    private final String sender;

    Kind(String number, String answer, String element, String owner, String key, String sender) {
        this.number = number;
        this.answer = "CEB" + answer + "Message";
        this.element = element;
        this.owner = owner;
        this.key = key;
        this.sender = sender;
    }

    /** The kind that a return of this type answers; null where it answers none of the four. */
    static Kind answeredBy(String type) {
        for (Kind kind : values()) {
            if (kind.answer.equals(type)) {
                return kind;
            }
        }
        return null;
    }

    /** The head of a document: a part of it, or itself where it has no lines. */
    Map<String, Object> head(Map<String, Object> document) {
        Object head = document.get(element + "Head");
        return head == null ? document : Papers.object(head);
    }

    /** The number of a document or of a record about it, unique with its firm only. */
    String number(Map<String, ?> fields) {
        return (String) fields.get(key);
    }

    /** What a document is found by: kind, firm and number together. */
    String key(Map<String, ?> fields) {
        return number + "~" + fields.get(owner) + "~" + fields.get(key);
    }

    String senderCode(Map<String, Object> head) {
        return (String) head.get(sender + "Code");
    }

    String senderName(Map<String, Object> head) {
        return (String) head.get(sender + "Name");
    }
}
