import java.io.IOException;
import java.util.function.Consumer;

/** A way to customs and back, whichever channel it is: envelopes out, envelopes in. */
interface Wire extends AutoCloseable {
    /** What came in: its number, to be acknowledged by, and its bytes. */
    record Delivery(String tag, byte[] body) {
    }

    /** Sends the same bytes until customs has them. False where it will never take them as they are. */
    boolean send(String id, byte[] body) throws Exception;

    /** The next delivery, or null after a while; acknowledge it once it is kept. */
    Delivery take(long milliseconds) throws Exception;

    void acknowledge(Delivery one) throws Exception;

    @Override
    void close() throws IOException;

    /** Hands deliveries over until the thread is interrupted; what is broken for a moment is asked again. */
    default void follow(Consumer<byte[]> reader) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Delivery one = take(1_000);
                if (one != null) {
                    reader.accept(one.body());
                    acknowledge(one);
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (IOException broken) {
                System.err.println("returns: " + broken + ", asking again");
            } catch (Exception wrong) {
                throw new IllegalStateException(wrong);
            }
        }
    }
}
