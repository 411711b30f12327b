package lumen.host.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.cert.CertificateEncodingException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import lumen.host.identity.ClientStore;
import lumen.host.net.LingeringClose;
import lumen.host.net.PeerAddress;

/**
 * One HTTP connection: one request at a time, a deadline for each header, the caller looked up by certificate
 * bytes anew for each request. Lives on its event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());

    private final GameStreamRouter router;
    private final ClientStore store;
    private final HttpSettings settings;
    private final HttpCounters counters;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private ScheduledFuture<?> deadline;
    private boolean busy;
    private boolean last;

    HttpConnection(GameStreamRouter router, ClientStore store, HttpSettings settings, HttpCounters counters) {
        this.router = router;
        this.store = store;
        this.settings = settings;
        this.counters = counters;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        await(ctx, settings.requestDeadline().toNanos());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // Without a deadline the connection was over a cap and never got here alive.
        if (deadline != null) {
            deadline.cancel(false);
        }
        closed.complete(null);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (!(message instanceof HttpRequest request)) {
            return;
        }
        if (busy || last) {
            // Nobody pipelines; answering in turn would need a queue that a peer could fill.
            last = true;
            return;
        }
        deadline.cancel(false);
        busy = true;
        if (request.decoderResult().isFailure()) {
            counters.malformed.increment();
            last = true;
            answer(ctx, HttpReply.error(400, "The request can't be read"));
            return;
        }
        last = !HttpUtil.isKeepAlive(request) || HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) != 0;
        if (!request.method().equals(HttpMethod.GET)) {
            last = true;
            answer(ctx, HttpReply.error(405, "Only GET is served"));
            return;
        }
        serve(ctx, request);
    }

    private void serve(ChannelHandlerContext ctx, HttpRequest request) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        HttpExchange exchange = new HttpExchange(QueryString.parse(request.uri()), tls != null,
            tls == null ? Optional.empty() : caller(ctx, tls), PeerAddress.of(ctx.channel().localAddress()),
            PeerAddress.of(ctx.channel().remoteAddress()), closed);
        CompletionStage<HttpReply> answer;
        try {
            answer = router.handle(exchange);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((reply, failure) -> ctx.executor().execute(() -> {
            if (failure != null) {
                LOG.log(System.Logger.Level.ERROR, "request " + exchange.query().path() + " failed", failure);
                answer(ctx, HttpReply.error(500, "Internal error"));
            } else {
                answer(ctx, reply);
            }
        }));
    }

    /** The certificate that TLS showed, byte-compared with the stored ones: no chain, no names. */
    private Optional<Caller> caller(ChannelHandlerContext ctx, SslHandler tls) {
        try {
            byte[] leaf = tls.engine().getSession().getPeerCertificates()[0].getEncoded();
            return store.find(leaf).map(client -> new Caller(client.fingerprint(), client.name(), PeerAddress.of(ctx.channel().remoteAddress())));
        } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
            return Optional.empty();
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpReply reply) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(reply.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
        HttpUtil.setContentLength(response, reply.body().length);
        if (last) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        ctx.writeAndFlush(response).addListener((ChannelFutureListener) sent -> {
            busy = false;
            if (!sent.isSuccess()) {
                ctx.close();
            } else if (last) {
                finish(ctx);
            } else {
                await(ctx, settings.idleClose().toNanos());
            }
        });
    }

    private void finish(ChannelHandlerContext ctx) {
        if (ctx.pipeline().get(SslHandler.class) != null) {
            ctx.close();
        } else {
            LingeringClose.begin((DuplexChannel) ctx.channel());
        }
    }

    private void await(ChannelHandlerContext ctx, long nanos) {
        deadline = ctx.executor().schedule(() -> {
            counters.timedOut.increment();
            ctx.close();
        }, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.broken.increment();
        LOG.log(System.Logger.Level.DEBUG, "connection of {0}: {1}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }
}
