import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * A port between RabbitMQ and the HTTP surface of the simulator, for the test of the Java client: what lies in the
 * queue is posted, its answer and every return go to the queue of the user number. It ends when its input does.
 *
 * <pre>Bridge AMQP-URI QUEUE USER-NUMBER SANDBOX-URL</pre>
 */
final class Bridge {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Bridge() {
    }

    public static void main(String[] words) throws Exception {
        String queue = words[1];
        String user = words[2];
        String url = words[3];
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(words[0]);
        try (var connection = factory.newConnection("bridge")) {
            Channel in = connection.createChannel();
            Channel out = connection.createChannel();
            in.queueDeclare(queue, true, false, false, null);
            out.queueDeclare(user, true, false, false, null);
            Thread returns = new Thread(() -> carryReturns(out, user, url));
            returns.setDaemon(true);
            in.basicConsume(queue, false, new DefaultConsumer(in) {
                @Override
                public void handleDelivery(String tag, Envelope about, AMQP.BasicProperties what, byte[] body)
                        throws IOException {
                    byte[] answer = ask(HttpRequest.newBuilder(URI.create(url + "/messages"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build()).body();
                    publish(out, user, answer);
                    in.basicAck(about.getDeliveryTag(), false);
                }
            });
            returns.start();
            System.out.println("ready");
            while (System.in.read() >= 0) {
                continue;
            }
            in.queueDelete(queue);
            in.queueDelete(user);
        }
    }

    private static void carryReturns(Channel out, String user, String url) {
        try {
            while (true) {
                URI next = URI.create(url + "/returns/next?wait=5&dxpId=" + user);
                HttpResponse<byte[]> one = ask(HttpRequest.newBuilder(next).build());
                if (one.statusCode() == 200) {
                    publish(out, user, one.body());
                    String id = one.headers().firstValue("X-Return-Id").orElseThrow();
                    ask(HttpRequest.newBuilder(URI.create(url + "/returns/" + id)).DELETE().build());
                }
            }
        } catch (IOException ended) {
            System.err.println("bridge: " + ended);
        }
    }

    private static synchronized void publish(Channel out, String user, byte[] body) throws IOException {
        out.basicPublish("", user, new AMQP.BasicProperties.Builder().deliveryMode(2).build(), body);
    }

    private static HttpResponse<byte[]> ask(HttpRequest request) throws IOException {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }
}
