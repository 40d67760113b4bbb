import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * An enterprise that knows the annex only: sale to customs' approval (399) over AMQP, signed with SM2 and SM3.
 *
 * <pre>
 * Client sign    KEY CERTIFICATE MESSAGE    the signed message, on standard output
 * Client verify  MESSAGE                    exit code 0 where its signature holds, 1 where it does not
 * Client declare PROPERTIES NUMBER          one sale; a line of output for each record of each return
 * </pre>
 */
final class Client {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final long PATIENCE_MS = 60_000;
    /** What each kind of document is answered last where customs takes it. */
    private static final Map<String, Integer> DONE =
            Map.of("CEB304Message", 120, "CEB404Message", 120, "CEB506Message", 399, "CEB604Message", 399);

    /** The latest status by type of return; a later return never takes a final state back. */
    private final Map<String, Integer> states = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Properties settings;
    private final Line line;

    private Client(Properties settings, Line line) {
        this.settings = settings;
        this.line = line;
    }

    public static void main(String[] words) throws Exception {
        String what = words.length > 0 ? words[0] : "";
        if ("sign".equals(what) && words.length == 4) {
            String message = Files.readString(Path.of(words[3]));
            OUT.print(Signing.sign(message, Sm2.key(Path.of(words[1])), Sm2.certificate(Path.of(words[2]))));
            OUT.flush();
        } else if ("verify".equals(what) && words.length == 2) {
            String fault = Signing.fault(Files.readAllBytes(Path.of(words[1])));
            OUT.println(fault == null ? "verified" : fault);
            System.exit(fault == null ? 0 : 1);
        } else if ("declare".equals(what) && words.length == 3) {
            System.exit(declare(Path.of(words[1]), words[2]) ? 0 : 1);
        } else {
            System.err.println("usage: Client sign KEY CERTIFICATE MESSAGE | verify MESSAGE | declare PROPERTIES NUMBER");
            System.exit(2);
        }
    }

    private static boolean declare(Path file, String number) throws Exception {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        }
        String dxpId = settings.getProperty("dxpId");
        try (Line line = new Line(settings.getProperty("amqp"), settings.getProperty("queue"), dxpId)) {
            return new Client(settings, line).sale(new Messages(settings, number));
        }
    }

    /** Transaction, payment and logistics first, then the list: true when it is approved. */
    private boolean sale(Messages sale) throws Exception {
        send("CEB303Message", sale.order());
        send("CEB403Message", sale.receipts());
        send("CEB505Message", sale.waybill());
        if (!settled("CEB304Message", "CEB404Message", "CEB506Message")) {
            return false;
        }
        Path key = Path.of(settings.getProperty("key"));
        byte[] certificate = Sm2.certificate(Path.of(settings.getProperty("certificate")));
        send("CEB603Message", Signing.sign(sale.list(), Sm2.key(key), certificate));
        return settled("CEB604Message");
    }

    private void send(String type, String message) throws Exception {
        String id = Messages.guid();
        String dxpId = settings.getProperty("dxpId");
        line.send(id, Envelope.wrap(id, dxpId, settings.getProperty("receiver"), type, message));
    }

    /** Takes returns until each of these types is done, false where one was refused or none came for long. */
    private boolean settled(String... types) throws Exception {
        long until = System.currentTimeMillis() + PATIENCE_MS;
        while (true) {
            boolean all = true;
            for (String type : types) {
                int state = states.getOrDefault(type, 0);
                if (state < 0 || state == 100) {
                    return false;
                }
                all &= state == DONE.get(type);
            }
            if (all) {
                return true;
            }
            Wire.Delivery one = line.take(until - System.currentTimeMillis());
            if (one == null) {
                System.err.println("no return came in " + PATIENCE_MS / 1000 + " s");
                return false;
            }
            if (!read(one)) {
                return false;
            }
        }
    }

    /** Keeps every record of a return, prints it, then acknowledges; what was read before is passed over. */
    private boolean read(Wire.Delivery one) throws Exception {
        boolean good = true;
        for (Envelope.Said said : Envelope.read(one.body())) {
            Map<String, String> fields = said.fields();
            if ("DxpRep".equals(said.type())) {
                good &= "0000".equals(fields.getOrDefault("ResponseCode", ""));
                OUT.println("DxpRep " + fields.get("ResponseCode") + " " + fields.getOrDefault("ResponseInfo", ""));
            } else if ("CEB900Message".equals(said.type())) {
                OUT.println(said.type() + " " + fields.get("returnStatus") + " " + fields.get("returnInfo"));
                good = false;
            } else if (seen.add(said.type() + fields.get("guid"))) {
                int before = states.getOrDefault(said.type(), 0);
                boolean settled = before == DONE.getOrDefault(said.type(), Integer.MIN_VALUE);
                if (!settled && said.status() != before) {
                    states.put(said.type(), said.status());
                }
                OUT.println(said.type() + " " + said.status() + " " + fields.get("returnInfo"));
            }
        }
        line.acknowledge(one);
        return good;
    }
}
