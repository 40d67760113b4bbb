import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.xml.sax.SAXException;

/** Builds, signs and sends messages, one behind the other; of one sender and at most 100 documents each. */
final class Outbox implements Enterprise.Post {
    private static final int MOST = 100;

    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final Map<String, Wire> wires;
    private final Properties settings;
    private final Fault fault;
    private final Papers papers;
    private final DateTimeFormatter stamp;
    private final ECPrivateKeyParameters key;
    private final byte[] certificate;
    private volatile OffsetDateTime now;
    private Enterprise enterprise;

    /** `wires` by user number. */
    Outbox(Properties settings, Map<String, Wire> wires, Fault fault) throws Exception {
        this.settings = settings;
        this.wires = wires;
        this.fault = fault;
        papers = new Papers(fault);
        String hours = fault == Fault.TWELVE_HOUR_CLOCK ? "hh" : "HH";
        stamp = DateTimeFormatter.ofPattern("yyyyMMdd" + hours + "mmss", Locale.ROOT);
        key = Sm2.key(Path.of(settings.getProperty("key")));
        certificate = Sm2.certificate(Path.of(settings.getProperty("certificate")));
    }

    void tell(Enterprise whose) {
        enterprise = whose;
    }

    /** Business time stands here from now on; before it is called, it is the time of day. */
    void setClock(OffsetDateTime time) {
        now = time;
    }

    @Override
    public void send(List<Sale.Paper> sent) {
        Map<String, List<Sale.Paper>> bySender = new LinkedHashMap<>();
        for (Sale.Paper one : sent) {
            bySender.computeIfAbsent(code(one), code -> new ArrayList<>()).add(one);
        }
        for (List<Sale.Paper> all : bySender.values()) {
            for (int from = 0; from < all.size(); from += MOST) {
                List<Sale.Paper> some = List.copyOf(all.subList(from, Math.min(from + MOST, all.size())));
                worker.execute(() -> message(some));
            }
        }
    }

    /** Returns when all that was handed over until now has been sent. */
    void waitUntilIdle() throws Exception {
        worker.submit(() -> { }).get();
    }

    /** The user number of a firm: a line dxpId.CODE of the settings, else the line dxpId. */
    static String dxpId(Properties settings, String code) {
        return settings.getProperty("dxpId." + code, settings.getProperty("dxpId"));
    }

    private static String code(Sale.Paper one) {
        return one.kind.senderCode(one.kind.head(one.detail));
    }

    /** The message signed; as it is where text was not escaped and no signing program can read it. */
    private String signed(String message) throws Exception {
        try {
            return Signing.sign(message, papers.scope(), key, certificate);
        } catch (SAXException unreadable) {
            if (fault == Fault.NOT_ESCAPED) {
                return message;
            }
            throw unreadable;
        }
    }

    private void message(List<Sale.Paper> sent) {
        try {
            OffsetDateTime at = now == null ? Instant.now().atOffset(ZoneOffset.UTC) : now;
            String time = stamp.format(at.atZoneSameInstant(ZoneId.of("Asia/Shanghai")));
            Kind kind = sent.get(0).kind;
            List<String> documents = new ArrayList<>();
            for (Sale.Paper one : sent) {
                documents.add(papers.document(kind.element, one.detail, Messages.guid(), time));
            }
            String code = code(sent.get(0));
            String name = kind.senderName(kind.head(sent.get(0).detail));
            String dxpId = dxpId(settings, code);
            String message = papers.message(kind.number, Messages.guid(), documents, code, name, dxpId);
            String type = "CEB" + kind.number + "Message";
            if (kind == Kind.LIST) {
                message = signed(message);
            }
            String id = Messages.guid();
            enterprise.left(id, time, sent);
            if (!wires.get(dxpId).send(id, Envelope.wrap(id, dxpId, settings.getProperty("receiver"), type, message))) {
                enterprise.notTaken(sent);
            }
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }
}
