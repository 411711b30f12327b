package lumen.host.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** One bound TCP port. Whoever bound it closes it; its connections live on. */
public final class TcpListener implements AutoCloseable {
    private final Channel channel;

    private TcpListener(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds and accepts.
     *
     * @param address local address; empty = all, both families
     * @param halfClose whether a client's FIN leaves the other direction open
     * @param pipeline fills the pipeline of each accepted channel
     * @throws PortInUseException if the port can't be bound
     */
    public static TcpListener bind(EventLoopGroup loops, Optional<InetAddress> address, PortPlan ports, PortPurpose purpose,
        boolean halfClose, Consumer<SocketChannel> pipeline) {
        int port = ports.port(purpose);
        InetSocketAddress local = address.map(a -> new InetSocketAddress(a, port)).orElseGet(() -> new InetSocketAddress(port));
        ChannelFuture bound = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 128)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClose)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel accepted) {
                    pipeline.accept(accepted);
                }
            })
            .bind(local).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PortInUseException(port, purpose, bound.cause());
        }
        return new TcpListener(bound.channel());
    }

    /** The real port, also when any free one was asked for. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
