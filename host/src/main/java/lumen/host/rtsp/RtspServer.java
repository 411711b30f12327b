package lumen.host.rtsp;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import lumen.host.net.ConnectionCaps;
import lumen.host.net.PortPurpose;
import lumen.host.net.TcpListener;

/** The RTSP listener. Start it before HTTP: /launch names its port. Owned by whoever started it. */
public final class RtspServer implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("lumen-rtsp", true), NioIoHandler.newFactory());
    private final ExecutorService blocking = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lumen-rtsp-request-", 0).factory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final RtspCounters counters = new RtspCounters();
    private final TcpListener listener;

    /**
     * Binds and serves.
     *
     * @throws lumen.host.net.PortInUseException if the port can't be bound
     */
    public RtspServer(RtspSettings settings, RtspSessions sessions) {
        RtspDialogue dialogue = new RtspDialogue(sessions, settings.media());
        ConnectionCaps caps = new ConnectionCaps(settings.maxConnections(), settings.maxPerAddress());
        try {
            listener = TcpListener.bind(loop, settings.bind(), settings.ports(), PortPurpose.RTSP, true, channel -> {
                connections.add(channel);
                channel.pipeline().addLast(caps, new RtspConnection(sessions, dialogue, settings, counters, blocking));
            });
        } catch (RuntimeException e) {
            stopThreads();
            throw e;
        }
    }

    public int port() {
        return listener.port();
    }

    public RtspCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        listener.close();
        connections.close().awaitUninterruptibly();
        stopThreads();
    }

    private void stopThreads() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        blocking.shutdownNow();
    }
}
