import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The line to customs: a queue to send to, and the queue named after our user number to receive from. */
final class Line implements Wire {
    private static final int CONFIRM_MS = 10_000;

    private final BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
    private final Connection connection;
    private final Channel channel;
    private final String to;

    /** Connects again by itself after a broken connection, and goes on consuming. */
    Line(String uri, String to, String from) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(true);
        this.to = to;
        connection = factory.newConnection("java-client");
        channel = connection.createChannel();
        channel.confirmSelect();
        channel.basicQos(50);
        channel.queueDeclare(from, true, false, false, null);
        channel.basicConsume(from, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(
                    String tag, com.rabbitmq.client.Envelope about, AMQP.BasicProperties properties, byte[] body) {
                came.add(new Delivery(Long.toString(about.getDeliveryTag()), body));
            }
        });
    }

    /** Sends a message, persistent; the broker has it when this returns. */
    @Override
    public boolean send(String id, byte[] body) throws Exception {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .contentType("text/xml").contentEncoding("UTF-8").deliveryMode(2).messageId(id).build();
        channel.basicPublish("", to, true, properties, body);
        channel.waitForConfirmsOrDie(CONFIRM_MS);
        return true;
    }

    @Override
    public Delivery take(long milliseconds) throws InterruptedException {
        return came.poll(milliseconds, TimeUnit.MILLISECONDS);
    }

    @Override
    public void acknowledge(Delivery one) throws Exception {
        channel.basicAck(Long.parseLong(one.tag()), false);
    }

    @Override
    public void close() throws java.io.IOException {
        connection.close();
    }
}
