package lumen.client.stream;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import lumen.client.ClientException;
import lumen.client.StreamOptions;
import lumen.client.http.HostApi;
import lumen.client.http.LaunchAnswer;
import lumen.client.http.LaunchRequest;
import lumen.client.media.H264Decoder;
import lumen.client.report.CycleReport;
import lumen.client.verify.CardVerifier;
import lumen.client.verify.ToneVerifier;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.OpusConfiguration;
import lumen.core.control.ControlMessage;
import lumen.core.control.FrameFecStatus;
import lumen.core.enet.Delivery;
import lumen.core.enet.EnetEvent;
import lumen.core.loss.LossModel;
import lumen.core.video.BlockReport;
import lumen.core.video.VideoPacketSettings;

/**
 * One cycle: launch or resume, handshake, control connection, media, disconnect. Stages follow each other
 * on the caller's thread; what fails there throws, what fails while streaming goes into the report.
 */
public final class StreamSession implements ControlLink.Listener, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Other clients give up when no complete picture came within this time. */
    private static final Duration FIRST_FRAME = Duration.ofSeconds(10);
    private static final int CHANNEL_GENERIC = 0;
    private static final int CHANNEL_URGENT = 1;
    private static final int KEY_LENGTH = 16;

    private final int number;
    private final boolean resume;
    private final HostApi api;
    private final InetAddress host;
    private final int appId;
    private final StreamOptions options;
    private final byte[] key = new byte[KEY_LENGTH];
    private final int keyId;
    private final StageClock clock = new StageClock();
    private final AtomicLong idrRequests = new AtomicLong();
    private final AtomicLong fecReports = new AtomicLong();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> firstPicture = new CompletableFuture<>();
    private final H264Decoder decoder;
    private final AccessUnitQueue queue = new AccessUnitQueue();
    private final Optional<CardVerifier> cards;
    private final Optional<ToneVerifier> tone;
    private volatile int termination;
    private RtspHandshake rtsp;
    private AudioReceiver audio;
    private VideoReceiver video;
    private PictureDecoder pictures;
    private ControlLink control;
    private InputPlayer input;

    /**
     * @param number  from 1, for the report
     * @param appId   what to launch or resume
     */
    public StreamSession(int number, boolean resume, HostApi api, InetAddress host, int appId, StreamOptions options) {
        this.number = number;
        this.resume = resume;
        this.api = api;
        this.host = host;
        this.appId = appId;
        this.options = options;
        SecureRandom random = new SecureRandom();
        random.nextBytes(key);
        keyId = random.nextInt();
        cards = options.verify() ? Optional.of(new CardVerifier(options.width(), options.height(), options.maxSkipped(), options.settling()))
                : Optional.empty();
        tone = options.verify() && !options.silent() ? Optional.of(new ToneVerifier(2)) : Optional.empty();
        Rehearsal.once(options.verify());
        decoder = new H264Decoder();
    }

    /**
     * Streams for the time that the options say.
     *
     * @throws ClientException if a stage fails before the stream runs
     */
    public CycleReport run() {
        try {
            long launchNanos = System.nanoTime();
            handshake();
            clock.time("control-connect", () -> {
                control.connect(CONNECT);
                return null;
            });
            pictures.start();
            video.start();
            String end = stream();
            long leavingNanos = System.nanoTime();
            stop();
            clock.span("disconnect", leavingNanos, System.nanoTime());
            clock.span("first-video-datagram", launchNanos, video.firstDatagramNanos());
            clock.span("first-frame", launchNanos, pictures.firstPictureNanos());
            clock.span("first-audio", launchNanos, audio.firstPacketNanos());
            return new SessionFigures(options, rtsp, video, audio, pictures, control, cards, tone)
                    .report(number, resume, clock.millis(), idrRequests.get(), fecReports.get(),
                            input.sent(), termination, end);
        } catch (IOException e) {
            throw new ClientException("stream", e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("stream", "interrupted", e);
        }
    }

    private void handshake() throws IOException {
        LaunchRequest request = new LaunchRequest(appId, options.width(), options.height(), options.fps(), key, keyId,
                LaunchRequest.STEREO);
        LaunchAnswer launch = clock.time(resume ? "resume" : "launch",
                () -> resume ? api.resume(request) : api.launch(request));
        rtsp = new RtspHandshake(host, launch, key, options);
        clock.time("rtsp-options", () -> {
            rtsp.options();
            return null;
        });
        clock.time("rtsp-describe", () -> {
            rtsp.describe();
            return null;
        });
        RtspHandshake.Stream audioStream = clock.time("rtsp-setup-audio", rtsp::setupAudio);
        audio = new AudioReceiver(audioStream.address(), audioStream.pingPayload(),
                new AudioPacketSettings(rtsp.packetMillis(), rtsp.audioEncrypted() ? key : null, keyId),
                OpusConfiguration.of(2, rtsp.highAudio()), loss(1), options.dumpAudio(), tone, this::failed);
        audio.start();
        RtspHandshake.Stream videoStream = clock.time("rtsp-setup-video", rtsp::setupVideo);
        InetSocketAddress controlAddress = clock.time("rtsp-setup-control", rtsp::setupControl);
        clock.time("rtsp-announce", () -> {
            rtsp.announce(localAddress(controlAddress));
            return null;
        });
        // Made before PLAY, so that the host's first frame finds everything ready.
        pictures = new PictureDecoder(queue, decoder, cards, options.dumpPicture(), options.dumpVideo(),
                () -> firstPicture.complete(null), this::failed);
        video = new VideoReceiver(videoStream.address(), videoStream.pingPayload(),
                new VideoPacketSettings(rtsp.packetSize(), 0, 0, rtsp.videoEncrypted() ? key : null), false, loss(0),
                queue, new Requests(), this::failed);
        control = new ControlLink(controlAddress, rtsp.connectData(), key, this);
        input = new InputPlayer(control, options.input(), this::requestIdr, this::failed);
        clock.time("rtsp-play", () -> {
            rtsp.play();
            return null;
        });
    }

    /** Each stream of each cycle loses its own datagrams, the same ones every time. */
    private LossModel loss(int stream) {
        return options.lossRate() == 0 ? LossModel.none()
                : LossModel.random(options.lossRate(), options.lossSeed() + 2L * number + stream);
    }

    /** The address by which this machine reaches the host. */
    private static InetAddress localAddress(InetSocketAddress to) throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(to);
            return probe.getLocalAddress();
        }
    }

    /** Waits for the first picture and then for the end; why the stream ended early, or an empty text. */
    private String stream() throws InterruptedException {
        try {
            CompletableFuture.anyOf(firstPicture, ended).get(FIRST_FRAME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return video.firstDatagramNanos() == 0 ? "no video datagram within " + FIRST_FRAME.toSeconds() + " s"
                    : "no complete picture within " + FIRST_FRAME.toSeconds() + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException("these futures never fail", e);
        }
        awaitCard();
        input.start();
        try {
            return ended.get(options.duration().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return "";
        } catch (ExecutionException e) {
            throw new IllegalStateException("this future never fails", e);
        }
    }

    /** A window may need its time to appear; the stream's begins with it. */
    private void awaitCard() throws InterruptedException {
        if (cards.isEmpty() || options.settling().isZero()) {
            return;
        }
        try {
            CompletableFuture.anyOf(cards.get().firstCard(), ended).get(options.settling().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            System.getLogger(StreamSession.class.getName()).log(System.Logger.Level.DEBUG, "no card within {0}", options.settling());
        } catch (ExecutionException e) {
            throw new IllegalStateException("these futures never fail", e);
        }
    }

    private void stop() throws InterruptedException {
        input.stop();
        if (termination == 0 && !control.disconnect()) {
            ended.complete("the host did not acknowledge the disconnect");
        }
        video.stop();
        pictures.await();
        audio.stop();
    }

    @Override
    public void message(ControlMessage.FromHost message) {
        if (message instanceof ControlMessage.Termination t) {
            termination = t.code();
            ended.complete("the host ended the stream: 0x" + Integer.toHexString(t.code()));
        }
    }

    @Override
    public void disconnected(EnetEvent.Cause cause) {
        ended.complete("the control connection ended: " + cause);
    }

    private void failed(Throwable failure) {
        System.getLogger(StreamSession.class.getName()).log(System.Logger.Level.ERROR, "a streaming thread failed", failure);
        ended.complete("a streaming thread failed: " + failure);
    }

    private void requestIdr() {
        idrRequests.incrementAndGet();
        control.send(CHANNEL_URGENT, new ControlMessage.RequestIdr(), Delivery.RELIABLE);
    }

    private final class Requests implements VideoReceiver.Requests {
        @Override
        public void requestIdr() {
            StreamSession.this.requestIdr();
        }

        @Override
        public void invalidate(int first, int last) {
            control.send(CHANNEL_URGENT, new ControlMessage.InvalidateReferences(first, last), Delivery.RELIABLE);
        }

        @Override
        public void report(BlockReport b) {
            fecReports.incrementAndGet();
            control.send(CHANNEL_GENERIC, new ControlMessage.FecReport(new FrameFecStatus(b.frameIndex(),
                    b.highestReceivedSequence(), b.nextContiguousSequence(), b.missingBeforeHighest(), b.dataShards(),
                    b.parityShards(), b.receivedData(), b.receivedParity(), b.fecPercentage(), b.block(), b.blocks())),
                    Delivery.UNSEQUENCED);
        }
    }

    /** Ends what still runs and frees it, whatever stage was reached. */
    @Override
    public void close() {
        try {
            if (input != null) {
                input.stop();
            }
            if (control != null) {
                control.close();
            }
            if (video != null) {
                video.stop();
                video.close();
            }
            queue.end();
            if (pictures != null) {
                pictures.await();
                pictures.close();
            }
            if (audio != null) {
                audio.stop();
                audio.close();
            }
        } catch (IOException e) {
            throw new ClientException("close", e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.close();
        cards.ifPresent(CardVerifier::close);
        decoder.close();
    }
}
