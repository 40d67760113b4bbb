import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The client behind the adapter template, so that the conformance suite can drive it.
 *
 * <pre>
 * Driven PROPERTIES PORT [FAULT]    port 0 is a free one; the address is the first line of the output
 * </pre>
 */
final class Driven implements Adapter.Shop {
    private final Enterprise enterprise;
    private final Outbox outbox;

    private Driven(Enterprise enterprise, Outbox outbox) {
        this.enterprise = enterprise;
        this.outbox = outbox;
    }

    public static void main(String[] words) throws Exception {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(words[0]))) {
            settings.load(reader);
        }
        Fault fault = words.length > 2 ? Fault.valueOf(words[2]) : null;
        Map<String, Wire> wires = new HashMap<>();
        for (String name : settings.stringPropertyNames()) {
            if (name.equals("dxpId") || name.startsWith("dxpId.")) {
                String dxpId = settings.getProperty(name);
                if (!wires.containsKey(dxpId)) {
                    wires.put(dxpId, wire(settings, dxpId));
                }
            }
        }
        Outbox outbox = new Outbox(settings, wires, fault);
        Enterprise enterprise = new Enterprise(outbox, fault);
        outbox.tell(enterprise);
        for (Wire wire : wires.values()) {
            new Thread(() -> wire.follow(body -> act(enterprise, outbox, body))).start();
        }
        int port = Adapter.serve(new Driven(enterprise, outbox), Integer.parseInt(words[1])).getAddress().getPort();
        System.out.println("http://127.0.0.1:" + port);
    }

    /** A line `url` of the settings: over HTTP; else over the broker of the line `amqp`. */
    private static Wire wire(Properties settings, String dxpId) throws Exception {
        String url = settings.getProperty("url", "");
        return url.isEmpty()
                ? new Line(settings.getProperty("amqp"), settings.getProperty("queue"), dxpId)
                : new HttpWire(url, dxpId);
    }

    /** What a return asks for has been sent when it is acknowledged. */
    private static void act(Enterprise enterprise, Outbox outbox, byte[] body) {
        enterprise.read(body);
        try {
            outbox.waitUntilIdle();
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    public List<Map<String, Object>> place(List<Map<String, Object>> orders) {
        return enterprise.place(orders);
    }

    @Override
    public Map<String, Object> state(String orderNo) {
        return enterprise.believed(orderNo);
    }

    @Override
    public String setClock(String now) {
        outbox.setClock(OffsetDateTime.parse(now));
        return null;
    }

    @Override
    public String waitUntilIdle() throws Exception {
        outbox.waitUntilIdle();
        return "";
    }
}
