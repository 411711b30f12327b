package lumen.host.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLPeerUnverifiedException;
import lumen.core.sdp.EncryptionPolicy;

/** One connection: one request, one answer, end. Stock clients open a new connection for each request. */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = System.getLogger(HttpConnection.class.getName());

    private final HttpApi api;
    private final ExecutorService requests;
    private final Optional<SslHandler> tls;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean answered;

    HttpConnection(HttpApi api, ExecutorService requests, Optional<SslHandler> tls) {
        this.api = api;
        this.requests = requests;
        this.tls = tls;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed.complete(null);
        context.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (answered) {
            return;
        }
        answered = true;
        if (request.decoderResult().isFailure()) {
            send(context, Answer.xml(Xml.error(400, "The request can't be read")));
            return;
        }
        if (!request.method().equals(HttpMethod.GET)) {
            send(context, Answer.xml(Xml.error(400, "Only GET requests are answered")));
            return;
        }
        String uri = request.uri();
        InetSocketAddress remote = unmapped(context.channel().remoteAddress());
        InetSocketAddress local = unmapped(context.channel().localAddress());
        try {
            requests.execute(() -> {
                Answer answer = answer(uri, remote, local);
                context.executor().execute(() -> send(context, answer));
            });
        } catch (RejectedExecutionException e) {
            context.close();
        }
    }

    private Answer answer(String uri, InetSocketAddress remote, InetSocketAddress local) {
        try {
            return api.answer(new Call(new Query(uri), tls.isPresent(), certificate(), remote, local, closed));
        } catch (Refusal e) {
            return Answer.xml(Xml.error(e.status(), e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request failed", e);
            return Answer.xml(Xml.error(500, "The host failed to answer; its log says why"));
        }
    }

    private static InetSocketAddress unmapped(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return new InetSocketAddress(EncryptionPolicy.unmap(inet.getAddress()), inet.getPort());
    }

    private Optional<byte[]> certificate() {
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = tls.get().engine().getSession().getPeerCertificates();
            return Optional.of(chain[0].getEncoded());
        } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
            return Optional.empty();
        }
    }

    private static void send(ChannelHandlerContext context, Answer answer) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Peers that don't speak TLS, or vanish: nothing a user could act on.
        LOG.log(Level.DEBUG, () -> "connection from " + context.channel().remoteAddress() + ": " + cause);
        context.close();
    }
}
