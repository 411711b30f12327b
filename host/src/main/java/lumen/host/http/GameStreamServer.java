package lumen.host.http;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.net.ConnectionCaps;
import lumen.host.net.PortPurpose;
import lumen.host.net.TcpListener;
import lumen.host.pairing.PairingDesk;

/**
 * Both HTTP listeners. Two event loops read and write; TLS arithmetic runs on two threads of its own and
 * whatever may block on virtual threads, so that no peer holds up another. Owned by whoever started it.
 */
public final class GameStreamServer implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final int TLS_THREADS = 2;
    /** Clients send 16 KiB at most; a little more so that exactly 16 KiB plus method and version passes. */
    private static final int MAX_REQUEST_LINE = 20 * 1024;
    private static final int MAX_HEADERS = 16 * 1024;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(LOOPS, new DefaultThreadFactory("lumen-http", true), NioIoHandler.newFactory());
    private final ExecutorService tlsTasks = Executors.newFixedThreadPool(TLS_THREADS, new DefaultThreadFactory("lumen-tls", true));
    private final ExecutorService blocking = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lumen-request-", 0).factory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final HttpCounters counters = new HttpCounters();
    private final HttpSettings settings;
    private final ClientStore store;
    private final GameStreamRouter router;
    private final TlsContext tls;
    private final Optional<TcpListener> http;
    private final Optional<TcpListener> https;

    /**
     * Binds both ports and serves.
     *
     * @throws lumen.host.net.PortInUseException naming the port that can't be bound; nothing is left open then
     */
    public GameStreamServer(HttpSettings settings, HostIdentity identity, ClientStore store, PairingDesk desk, StreamingService service) {
        this.settings = settings;
        this.store = store;
        tls = new TlsContext(identity);
        router = new GameStreamRouter(settings, identity, store, desk, service, blocking);
        Optional<TcpListener> first = Optional.empty();
        try {
            ConnectionCaps plainCaps = new ConnectionCaps(settings.maxConnections(), settings.maxPerAddress());
            ConnectionCaps secureCaps = new ConnectionCaps(settings.maxConnections(), settings.maxPerAddress());
            first = Optional.of(TcpListener.bind(loops, settings.bind(), settings.ports(), PortPurpose.HTTP, false, ch -> pipeline(ch, plainCaps, false)));
            https = Optional.of(TcpListener.bind(loops, settings.bind(), settings.ports(), PortPurpose.HTTPS, false, ch -> pipeline(ch, secureCaps, true)));
        } catch (RuntimeException e) {
            first.ifPresent(TcpListener::close);
            stopThreads();
            throw e;
        }
        http = first;
        router.ports(httpPort(), httpsPort());
        loops.scheduleWithFixedDelay(() -> blocking.execute(desk::expire), 1, 1, TimeUnit.SECONDS);
    }

    public int httpPort() {
        return http.orElseThrow().port();
    }

    public int httpsPort() {
        return https.orElseThrow().port();
    }

    public HttpCounters counters() {
        return counters;
    }

    private void pipeline(SocketChannel channel, ConnectionCaps caps, boolean secure) {
        connections.add(channel);
        ChannelPipeline pipeline = channel.pipeline().addLast(caps);
        if (secure) {
            SslHandler handler = new SslHandler(tls.engine(), tlsTasks);
            handler.setHandshakeTimeoutMillis(settings.requestDeadline().toMillis());
            pipeline.addLast(handler);
        }
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_REQUEST_LINE).setMaxHeaderSize(MAX_HEADERS)))
            .addLast(new HttpConnection(router, store, settings, counters));
    }

    /** Closes listeners and connections and ends the threads. */
    @Override
    public void close() {
        http.ifPresent(TcpListener::close);
        https.ifPresent(TcpListener::close);
        connections.close().awaitUninterruptibly();
        stopThreads();
    }

    private void stopThreads() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        tlsTasks.shutdownNow();
        blocking.shutdownNow();
    }
}
