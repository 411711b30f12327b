package lumen.host.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.host.identity.HostIdentity;
import lumen.host.net.PortInUseException;

/**
 * Listens on the HTTP and the HTTPS port. The event loop only moves bytes: handshakes and requests run on
 * other threads, so that a slow, silent or idle peer holds up nobody.
 */
public final class HttpServer implements AutoCloseable {
    /** Requests carry a certificate in hex: about 2000 characters; some clients add more. */
    private static final int MAX_REQUEST_LINE = 16 * 1024;
    private static final int MAX_HEADERS = 16 * 1024;
    /** Every request is a GET. */
    private static final int MAX_BODY = 4 * 1024;
    private static final int MAX_CONNECTIONS = 512;
    private static final long HANDSHAKE_SECONDS = 10;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("lumen-http", true),
            NioIoHandler.newFactory());
    private final ExecutorService handshakes = Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("lumen-tls-", 0).factory());
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Channel> listeners = new ArrayList<>();
    private final HttpApi api;
    private final TlsSettings tls;

    /** @param api answers the requests; called on a virtual thread for each */
    HttpServer(HttpApi api, HostIdentity identity) {
        this.api = api;
        this.tls = new TlsSettings(identity);
    }

    /**
     * Starts to listen on one port.
     *
     * @return the port, which differs from the one asked for only if that was 0
     * @throws PortInUseException if it is taken
     */
    int listen(InetSocketAddress address, boolean secure) {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        initialize(channel, secure);
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            String purpose = secure ? "HTTPS" : "HTTP";
            String setting = secure ? "network.https-port" : "network.http-port";
            if (bound.cause() instanceof BindException) {
                throw new PortInUseException("TCP", address.getPort(), purpose, setting, bound.cause());
            }
            throw new IllegalStateException("can't listen on " + address + " for " + purpose, bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    private void initialize(SocketChannel channel, boolean secure) {
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            connections.decrementAndGet();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(f -> connections.decrementAndGet());
        Optional<SslHandler> ssl = Optional.empty();
        if (secure) {
            SslHandler handler = new SslHandler(tls.newEngine(), handshakes);
            handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
            channel.pipeline().addLast(handler);
            ssl = Optional.of(handler);
        }
        channel.pipeline().addLast(new HttpServerCodec(MAX_REQUEST_LINE, MAX_HEADERS, MAX_BODY),
                new RequestDeadline(), new HttpObjectAggregator(MAX_BODY), new HttpConnection(api, requests, ssl));
    }

    @Override
    public void close() {
        listeners.forEach(c -> c.close().awaitUninterruptibly());
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        handshakes.shutdownNow();
        requests.shutdownNow();
    }
}
