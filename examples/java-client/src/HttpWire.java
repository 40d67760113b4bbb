import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The same envelopes over HTTP: POST /messages; GET /returns/next, then DELETE. */
final class HttpWire implements Wire {
    private static final long PAUSE_MS = 200;
    private static final int TOO_MANY = 429;
    private static final int BROKEN = 500;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;
    private final String dxpId;

    /** `base` is the address of the sandbox, without a slash at its end. */
    HttpWire(String base, String dxpId) {
        this.base = base;
        this.dxpId = dxpId;
    }

    @Override
    public boolean send(String id, byte[] body) throws InterruptedException {
        HttpRequest request = request("/messages").header("Content-Type", "application/xml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        while (true) {
            try {
                int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                if (status != TOO_MANY && status < BROKEN) {
                    return status < 300;
                }
            } catch (IOException broken) {
                System.err.println("messages: " + broken + ", sending again");
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    @Override
    public Delivery take(long milliseconds) throws IOException, InterruptedException {
        String query = "/returns/next?wait=" + milliseconds / 1000 + "&dxpId="
                + URLEncoder.encode(dxpId, StandardCharsets.UTF_8);
        HttpResponse<byte[]> said =
                http.send(request(query).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        if (said.statusCode() == 200) {
            return new Delivery(said.headers().firstValue("X-Return-Id").orElseThrow(), said.body());
        }
        if (said.statusCode() != 204) {
            Thread.sleep(PAUSE_MS);
            throw new IOException("status " + said.statusCode());
        }
        return null;
    }

    @Override
    public void acknowledge(Delivery one) throws IOException, InterruptedException {
        http.send(request("/returns/" + one.tag()).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
