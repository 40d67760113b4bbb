import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Template of an adapter: the driver's contract (docs/how-to/drive.md) over your own system. Copy it with Json.java,
 * write a class that implements Shop and a main that calls serve. Nothing beside the JDK.
 *
 * <pre>
 * javac -d build Adapter.java Json.java &amp;&amp; java -cp build Adapter 9000
 * swsim conformance --driver http://127.0.0.1:9000 --capabilities shop.toml --url http://127.0.0.1:8180
 * </pre>
 */
final class Adapter {
    /** Your system. What you do not implement answers 501: name it under [not_implemented] in shop.toml. */
    interface Shop {
        /** Enter orders, each of four documents in the names of the XML; their numbers. Return when you have them. */
        default List<Map<String, Object>> place(List<Map<String, Object>> orders) throws Exception {
            throw new UnsupportedOperationException();
        }

        /** What you believe: "invtNo", "documents": {"603": {"status": "399"}}, "lastReturn", …; null: unknown. */
        default Map<String, Object> state(String orderNo) throws Exception {
            throw new UnsupportedOperationException();
        }

        /** Your books as CSV, a line of names first. */
        default String books() throws Exception {
            throw new UnsupportedOperationException();
        }

        /** Your business time stands at this moment; when you next have something to do, or null. */
        default String setClock(String now) throws Exception {
            throw new UnsupportedOperationException();
        }

        /** Return an empty text when all you mean to send has been sent. */
        default String waitUntilIdle() throws Exception {
            throw new UnsupportedOperationException();
        }

        /** Any other action: /orders/N/cancel, /shipments, /months/2026-01/close, /violations, … */
        default Map<String, Object> act(String path, Map<String, Object> details) throws Exception {
            throw new UnsupportedOperationException();
        }
    }

    private record Answer(int status, String body) { }

    private static Answer answer(Shop shop, String call, Map<String, Object> body) throws Exception {
        if (call.startsWith("GET /orders/")) {
            Map<String, Object> state = shop.state(call.substring("GET /orders/".length()));
            return new Answer(state == null ? 404 : 200, Json.write(state));
        }
        return switch (call) {
            case "POST /orders" ->
                new Answer(202, Json.write(Map.of("accepted", shop.place(Json.rows(body.get("orders"))))));
            case "GET /books" -> new Answer(200, shop.books());
            case "GET /idle" -> new Answer(204, shop.waitUntilIdle());
            case "POST /clock" ->
                new Answer(200, "{\"next\":" + Json.write(shop.setClock((String) body.get("now"))) + "}");
            default -> new Answer(200, Json.write(shop.act(call.replaceFirst("^[A-Z]+ ", ""), body)));
        };
    }

    /** A server on the loopback, started; port 0 is a free one. */
    static HttpServer serve(Shop shop, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer said;
            try {
                said = answer(shop, call, Json.object(text));
            } catch (UnsupportedOperationException notOffered) {
                said = new Answer(501, "{}");
            } catch (Exception broken) {
                said = new Answer(500, Json.write(Map.of("error", broken.toString())));
            }
            byte[] data = said.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said.status(), data.length == 0 ? -1 : data.length);
            exchange.getResponseBody().write(data);
            exchange.close();
        });
        server.start();
        return server;
    }

    public static void main(String[] words) throws IOException {
        serve(new Shop() { }, Integer.parseInt(words[0])); // your class here
    }
}
