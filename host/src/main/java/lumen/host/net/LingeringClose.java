package lumen.host.net;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the last answer arrives: FIN at once, input drained until the peer's FIN or a
 * deadline. Closing with unread input would send RST, and the client could lose the answer. The caller's
 * handler discards what still comes.
 */
public final class LingeringClose {
    /** Longer than any sane client needs to see a FIN. */
    private static final long DRAIN_MILLIS = 2000;

    private LingeringClose() {
    }

    /** Call on the channel's event loop once the answer is written. */
    public static void begin(DuplexChannel channel) {
        channel.shutdownOutput().addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess() || channel.isInputShutdown()) {
                channel.close();
                return;
            }
            var deadline = channel.eventLoop().schedule(() -> channel.close(), DRAIN_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> deadline.cancel(false));
        });
    }
}
