package lumen.host.net;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * First handler of every accepted connection: closes those beyond the total or the per-address cap, so that
 * one peer can't take all places. One instance a listener; thread-safe.
 */
@Sharable
public final class ConnectionCaps extends ChannelInboundHandlerAdapter {
    private final int total;
    private final int perAddress;
    private final Map<InetAddress, Integer> open = new HashMap<>();
    private final LongAdder refused = new LongAdder();
    private int count;

    public ConnectionCaps(int total, int perAddress) {
        this.total = total;
        this.perAddress = perAddress;
    }

    /** Connections closed because of a cap. */
    public long refused() {
        return refused.sum();
    }

    /** Connections open now. */
    public synchronized int open() {
        return count;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!(ctx.channel().remoteAddress() instanceof InetSocketAddress peer) || !enter(peer.getAddress())) {
            refused.increment();
            ctx.close();
            return;
        }
        InetAddress address = peer.getAddress();
        ctx.channel().closeFuture().addListener(closed -> leave(address));
        ctx.fireChannelActive();
    }

    private synchronized boolean enter(InetAddress address) {
        if (count >= total || open.getOrDefault(address, 0) >= perAddress) {
            return false;
        }
        count++;
        open.merge(address, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(InetAddress address) {
        count--;
        open.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1);
    }
}
