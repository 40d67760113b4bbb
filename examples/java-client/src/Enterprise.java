import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The books, and what a return leads to: data first, the list when they are accepted, again what was refused.
 * Every method holds the lock; what is to be sent is handed to the post, which sends it later and in order.
 */
final class Enterprise {
    private static final int TRIES = 3;
    private static final int FAILED = 4;
    private static final int REFUSED = 100;
    private static final int APPROVED = 399;
    /** Repeated declaration: customs has the document already. */
    private static final Set<Integer> HAS_IT = Set.of(-301010, -401007, -504015, -621004);

    private final Map<String, Sale> sales = new LinkedHashMap<>();
    private final Map<String, Sale.Paper> papers = new HashMap<>();
    private final Map<String, List<Sale.Paper>> messages = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Fault fault;
    private final Post post;

    /** Where documents of one kind go to be sent. */
    interface Post {
        void send(List<Sale.Paper> papers);
    }

    /** `fault` null: none. */
    Enterprise(Post post, Fault fault) {
        this.post = post;
        this.fault = fault;
    }

    /** Enters orders; an order that is there already is not taken twice. */
    synchronized List<Map<String, Object>> place(List<Map<String, Object>> orders) {
        List<Map<String, Object>> accepted = new ArrayList<>();
        List<Sale> fresh = new ArrayList<>();
        for (Map<String, Object> order : orders) {
            Sale sale = new Sale(Papers.object(order.get("detail")));
            accepted.add(sale.numbers());
            if (sales.putIfAbsent(sale.papers.get(Kind.ORDER).number(), sale) == null) {
                sale.papers.values().forEach(one -> papers.put(one.key(), one));
                if (sale.believable()) {
                    fresh.add(sale);
                } else {
                    System.err.println("held for a person: " + sale.numbers());
                }
            }
        }
        for (Kind kind : List.of(Kind.ORDER, Kind.RECEIPTS, Kind.WAYBILL)) {
            send(fresh.stream().map(sale -> sale.papers.get(kind)).toList());
        }
        return accepted;
    }

    synchronized Map<String, Object> believed(String orderNo) {
        Sale sale = sales.get(orderNo);
        return sale == null ? null : sale.believed();
    }

    /** A message left with these documents in it: each is a new version, nothing is known of it yet. */
    synchronized void left(String id, String time, List<Sale.Paper> sent) {
        messages.put(id, sent);
        for (Sale.Paper one : sent) {
            one.sentAt = time;
            one.status = 0;
        }
    }

    /** Customs will not take the message as it is. */
    synchronized void notTaken(List<Sale.Paper> sent) {
        sent.forEach(one -> refused(one, FAILED));
    }

    /** Acts on every record of a return. What cannot be read or is not ours is for a person, and reading goes on. */
    synchronized void read(byte[] body) {
        List<Envelope.Said> records;
        try {
            records = Envelope.read(body);
        } catch (Exception unreadable) {
            System.err.println("set aside: " + unreadable);
            return;
        }
        if (fault == Fault.FIRST_RECORD_ONLY && records.size() > 1) {
            records = records.subList(0, 1);
        }
        List<Sale.Paper> lists = new ArrayList<>();
        for (Envelope.Said said : records) {
            Kind kind = Kind.answeredBy(said.type());
            if ("CEB900Message".equals(said.type())) {
                unreadable(said);
            } else if (kind != null) {
                Sale.Paper paper = papers.get(kind.key(said.fields()));
                if (paper != null) {
                    told(paper, said);
                    if (paper.sale.ready()) {
                        lists.add(paper.sale.papers.get(Kind.LIST));
                    }
                } else if (fault == Fault.DIES_OF_UNKNOWN_KEY) {
                    throw new IllegalStateException("no document " + kind.key(said.fields()));
                } else {
                    System.err.println("set aside: " + said);
                }
            }
        }
        send(lists.stream().distinct().toList());
    }

    private void unreadable(Envelope.Said said) {
        System.err.println("CEB900: " + said.fields());
        if (fault != Fault.FORMAT_REFUSAL_LOGGED) {
            List<Sale.Paper> sent = messages.remove(said.fields().get("oriCopMsgId"));
            if (sent != null) {
                sent.forEach(one -> refused(one, said.status()));
            }
        }
    }

    private void told(Sale.Paper paper, Envelope.Said said) {
        String time = said.fields().getOrDefault("returnTime", "");
        if (fault == Fault.OLDER_TIME_DROPPED && time.compareTo(paper.toldAt) <= 0) {
            return;
        }
        paper.toldAt = time;
        int status = said.status();
        if (!seen.add(paper.key() + " " + status + " " + time)
                || HAS_IT.contains(status) && fault != Fault.DUPLICATE_DOWNGRADES) {
            return;
        }
        boolean settled = paper.kind == Kind.LIST && paper.status >= APPROVED;
        if (HAS_IT.contains(status)) {
            paper.status = status;
            paper.sale.told(said);
        } else if (status < 0 || status == REFUSED || status == FAILED) {
            // What is older than the version that is on its way was said of an earlier one.
            if (!settled && time.compareTo(paper.sentAt) >= 0) {
                paper.sale.told(said);
                refused(paper, status);
            }
        } else if (status > paper.status || paper.status == REFUSED
                || fault == Fault.LATE_ENTRY_OVERWRITES && status == 120) {
            paper.status = status;
            paper.sale.told(said);
        }
    }

    /** The document stands refused; it is sent again under the same key, three times, then a person looks at it. */
    private void refused(Sale.Paper paper, int status) {
        paper.status = status;
        if (paper.sent <= TRIES) {
            if (paper.kind == Kind.LIST) {
                paper.sale.correct();
            }
            send(List.of(paper));
        }
    }

    private void send(List<Sale.Paper> sent) {
        if (!sent.isEmpty()) {
            sent.forEach(one -> one.sent++);
            post.send(sent);
        }
    }
}
