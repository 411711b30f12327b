package lumen.host.rtsp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspException;
import lumen.core.rtsp.RtspInbound;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspRequestParser;
import lumen.core.rtsp.RtspResponse;
import lumen.core.session.LaunchTicket;
import lumen.host.net.LingeringClose;
import lumen.host.net.PeerAddress;

/**
 * One RTSP connection: reads one request within the deadline, finds its launch, answers, sends FIN. An
 * encrypted request belongs to the launch whose key opens it, a plain one to the newest unencrypted launch of
 * its address. Lives on its event loop; the answer is made on a request thread.
 */
final class RtspConnection extends SimpleChannelInboundHandler<ByteBuf> {
    private static final System.Logger LOG = System.getLogger(RtspConnection.class.getName());

    private final RtspSessions sessions;
    private final RtspDialogue dialogue;
    private final RtspSettings settings;
    private final RtspCounters counters;
    private final ExecutorService blocking;
    private final RtspInbound inbound = new RtspInbound();
    private ScheduledFuture<?> deadline;
    private boolean done;

    RtspConnection(RtspSessions sessions, RtspDialogue dialogue, RtspSettings settings, RtspCounters counters, ExecutorService blocking) {
        this.sessions = sessions;
        this.dialogue = dialogue;
        this.settings = settings;
        this.counters = counters;
        this.blocking = blocking;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(() -> {
            counters.timedOut.increment();
            ctx.close();
        }, settings.requestDeadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // Without a deadline the connection was over a cap and never got here alive.
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
        if (done) {
            return;
        }
        byte[] bytes = new byte[Math.min(in.readableBytes(), RtspRequestParser.MAX_REQUEST + 1024)];
        in.readBytes(bytes);
        try {
            Optional<RtspInbound.Arrival> arrival = inbound.feed(bytes, 0, bytes.length);
            if (arrival.isPresent()) {
                done = true;
                deadline.cancel(false);
                InetAddress peer = PeerAddress.of(ctx.channel().remoteAddress());
                blocking.execute(() -> serve(ctx, peer, arrival.get()));
            }
        } catch (RtspException e) {
            done = true;
            deadline.cancel(false);
            counters.malformed.increment();
            send(ctx, e.response().format());
        } catch (RejectedExecutionException e) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // The peer's FIN before its request was whole: nothing more can come.
        if (event instanceof ChannelInputShutdownEvent && !done) {
            ctx.close();
        } else if (event instanceof ChannelInputShutdownEvent && ((DuplexChannel) ctx.channel()).isOutputShutdown()) {
            ctx.close();
        }
    }

    private void serve(ChannelHandlerContext ctx, InetAddress peer, RtspInbound.Arrival arrival) {
        try {
            Optional<byte[]> answer = switch (arrival) {
                case RtspInbound.Arrival.Plain plain -> plain(peer, plain.request());
                case RtspInbound.Arrival.Encrypted frame -> encrypted(frame.bytes());
            };
            answer.ifPresentOrElse(bytes -> send(ctx, bytes), ctx::close);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "an RTSP request failed", e);
            ctx.close();
        }
    }

    private Optional<byte[]> plain(InetAddress peer, RtspRequest request) {
        List<LaunchTicket> here = sessions.pending().stream().filter(ticket -> ticket.clientAddress().equals(peer)).toList();
        List<LaunchTicket> plain = here.stream().filter(ticket -> !ticket.request().encryptedRtsp()).toList();
        if (plain.isEmpty()) {
            (here.isEmpty() ? counters.noTicket : counters.plainOnEncrypted).increment();
            LOG.log(System.Logger.Level.WARNING, "RTSP from {0} without a launch that allows it", PeerAddress.text(peer));
            return Optional.empty();
        }
        Optional<String> token = request.sessionToken();
        LaunchTicket ticket = plain.stream().filter(t -> token.filter(t.sessionToken()::equals).isPresent()).findFirst().orElse(plain.getFirst());
        return Optional.of(dialogue.answer(ticket, request).format());
    }

    private Optional<byte[]> encrypted(byte[] frame) {
        for (LaunchTicket ticket : sessions.pending()) {
            if (!ticket.request().encryptedRtsp()) {
                continue;
            }
            switch (ticket.rtspCipher().open(frame)) {
                case RtspCipher.Opened.Message message -> {
                    return Optional.of(ticket.rtspCipher().seal(answer(ticket, message.plain()).format()));
                }
                case RtspCipher.Opened.Refused refused when refused.why() == RtspCipher.Refusal.REPLAYED -> {
                    counters.replayed.increment();
                    return Optional.empty();
                }
                case RtspCipher.Opened.Refused refused -> {
                    // Another launch's key may fit.
                }
            }
        }
        counters.wrongKey.increment();
        LOG.log(System.Logger.Level.WARNING, "an encrypted RTSP request fits no pending launch");
        return Optional.empty();
    }

    private RtspResponse answer(LaunchTicket ticket, byte[] plain) {
        try {
            return dialogue.answer(ticket, RtspRequestParser.parse(plain));
        } catch (RtspException e) {
            counters.malformed.increment();
            return e.response();
        }
    }

    private void send(ChannelHandlerContext ctx, byte[] answer) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener((ChannelFutureListener) sent -> {
            if (sent.isSuccess()) {
                LingeringClose.begin((DuplexChannel) ctx.channel());
            } else {
                ctx.close();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.broken.increment();
        LOG.log(System.Logger.Level.DEBUG, "RTSP connection of {0}: {1}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }
}
