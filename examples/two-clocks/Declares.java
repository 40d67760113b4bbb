import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * An enterprise whose clock libfaketime moves: it fills its own time into a message ({APPTIME}), sends it to customs, and
 * waits for the return with a timed wait, as connection pools and schedulers do: that is the monotonic clock.
 *
 * <pre>java Declares URL DXPID MESSAGE.xml</pre>
 */
final class Declares {
    private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");
    private static final Duration MOST = Duration.ofSeconds(20);

    private Declares() {}

    public static void main(String[] arguments) throws Exception {
        ZonedDateTime now = ZonedDateTime.now(BEIJING);
        System.out.println("our clock: " + now.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
        String appTime = now.format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss"));
        String message = Files.readString(Path.of(arguments[2]), StandardCharsets.UTF_8).replace("{APPTIME}", appTime);
        HttpClient client = HttpClient.newBuilder().connectTimeout(MOST).build();
        URI messages = URI.create(arguments[0] + "/messages");
        HttpRequest sent = HttpRequest.newBuilder(messages)
                .timeout(MOST)
                .POST(HttpRequest.BodyPublishers.ofString(message))
                .build();
        System.out.println("sent: " + client.send(sent, HttpResponse.BodyHandlers.discarding()).statusCode());
        URI next = URI.create(arguments[0] + "/returns/next?wait=10&dxpId=" + arguments[1]);
        HttpRequest asked = HttpRequest.newBuilder(next).timeout(MOST).build();
        String answer = client.send(asked, HttpResponse.BodyHandlers.ofString()).body();
        System.out.println("customs: returnStatus " + text(answer, "returnStatus") + " at " + text(answer, "returnTime"));
        Object nobody = new Object();
        synchronized (nobody) {
            nobody.wait(10); // may hang where the monotonic clock is moved along
        }
        System.out.println("done");
    }

    private static String text(String xml, String name) {
        int begin = xml.indexOf("<" + name + ">") + name.length() + 2;
        return begin < name.length() + 2 ? "" : xml.substring(begin, xml.indexOf('<', begin));
    }
}
