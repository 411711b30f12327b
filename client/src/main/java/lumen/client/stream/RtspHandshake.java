package lumen.client.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lumen.client.ClientException;
import lumen.client.Encryption;
import lumen.client.StreamOptions;
import lumen.client.http.LaunchAnswer;
import lumen.core.rtsp.ClientResponseParser;
import lumen.core.rtsp.ClientResponseParser.Answer;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspException;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspRequest.Header;
import lumen.core.sdp.AnnounceWriter;
import lumen.core.sdp.DescribeReader;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.SdpException;
import lumen.core.sdp.StreamCodec;
import lumen.core.sdp.StreamConfig;

/**
 * The seven RTSP messages of a session in their order (control-plane.md 6.2), and what they settle. Each
 * method sends one; one instance serves one launch.
 */
final class RtspHandshake {
    /** Where one stream is to be had. */
    record Stream(InetSocketAddress address, String pingPayload) {
    }

    private static final int DEFAULT_VIDEO_PORT = 47998;
    private static final int DEFAULT_CONTROL_PORT = 47999;
    private static final int DEFAULT_AUDIO_PORT = 48000;
    /** From this bitrate on clients ask for high-quality sound, by the URL in their requests. */
    private static final int HIGH_AUDIO_KBPS = 15_000;
    private static final int BASE_FEATURES = 0x87;
    private static final int VIDEO_ENCRYPTION_SHARE = 32;
    private static final int BT709_LIMITED = 2;
    private static final int QOS_VIDEO = 5;
    private static final int QOS_AUDIO = 4;
    private static final int STEREO_MASK = 3;
    private static final int PACKET_MILLIS = 5;
    private static final int FEC_PACKETS = 2;
    private static final byte[] NO_BODY = new byte[0];
    private static final Header SINCE = new Header("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT");
    private static final Header TRANSPORT = new Header("Transport", "unicast;X-GS-ClientPort=50000-50001");

    private final InetAddress host;
    private final StreamOptions options;
    private final RtspConnection connection;
    private final Optional<RtspCipher> cipher;
    private final boolean highAudio;
    private final String url;
    private final String hostHeader;
    private int cseq;
    private Optional<String> session = Optional.empty();
    private DescribeReader.HostAbilities abilities;
    private int videoPort;
    private int connectData;

    /** @param key the session's 16 bytes */
    RtspHandshake(InetAddress host, LaunchAnswer launch, byte[] key, StreamOptions options) {
        this.host = host;
        this.options = options;
        connection = new RtspConnection(new InetSocketAddress(host, launch.port()));
        cipher = launch.encrypted() ? Optional.of(new RtspCipher(key, RtspCipher.Side.CLIENT)) : Optional.empty();
        highAudio = options.bitrateKbps() >= HIGH_AUDIO_KBPS;
        url = highAudio ? launch.url() : "rtsp://0.0.0.0:" + launch.port();
        hostHeader = highAudio ? addressOf(launch.url()) : "0.0.0.0";
    }

    private static String addressOf(String url) {
        return url.substring(url.indexOf("://") + 3, url.lastIndexOf(':'));
    }

    void options() {
        exchange("OPTIONS", url, List.of(), NO_BODY);
    }

    /** What the host can do; everything after depends on it. */
    void describe() {
        Answer answer = exchange("DESCRIBE", url, List.of(new Header("Accept", "application/sdp"), SINCE), NO_BODY);
        try {
            abilities = DescribeReader.read(answer.body().orElseThrow(() -> failed("DESCRIBE", "no body", null)), 2);
        } catch (SdpException e) {
            throw failed("DESCRIBE", e.getMessage(), e);
        }
    }

    Stream setupAudio() {
        Answer answer = exchange("SETUP", "streamid=audio/0/0", List.of(TRANSPORT, SINCE), NO_BODY);
        session = Optional.of(answer.session().orElseThrow(() -> failed("SETUP", "no Session header", null)));
        return stream(answer, DEFAULT_AUDIO_PORT);
    }

    Stream setupVideo() {
        Answer answer = exchange("SETUP", "streamid=video/0/0", withSession(TRANSPORT, SINCE), NO_BODY);
        Stream stream = stream(answer, DEFAULT_VIDEO_PORT);
        videoPort = stream.address().getPort();
        return stream;
    }

    /** Where the control connection goes. */
    InetSocketAddress setupControl() {
        Answer answer = exchange("SETUP", "streamid=control/13/0", withSession(TRANSPORT, SINCE), NO_BODY);
        connectData = answer.connectData().orElse(0);
        return new InetSocketAddress(host, answer.serverPort().orElse(DEFAULT_CONTROL_PORT));
    }

    /** What the control connection says to be recognised. */
    int connectData() {
        return connectData;
    }

    void announce(InetAddress local) {
        int encryption = (abilities.encryptionSupported() & EncryptionPolicy.CONTROL_V2)
                | (videoEncrypted() ? EncryptionPolicy.VIDEO : 0) | (audioEncrypted() ? EncryptionPolicy.AUDIO : 0);
        StreamConfig.Video video = new StreamConfig.Video(options.width(), options.height(), options.fps() * 1000,
                options.fps() * 100, packetSize(), options.bitrateKbps(), 0, FEC_PACKETS, options.slices(),
                StreamCodec.H264, false, false, 1, BT709_LIMITED, false, QOS_VIDEO);
        StreamConfig.Audio audio = new StreamConfig.Audio(2, STEREO_MASK, highAudio, PACKET_MILLIS, QOS_AUDIO);
        StreamConfig config = new StreamConfig(video, audio,
                StreamConfig.CLIENT_FEC_STATUS | StreamConfig.CLIENT_SESSION_IDS, encryption,
                BASE_FEATURES | (audioEncrypted() ? StreamConfig.AUDIO_ENCRYPTION_FLAG : 0),
                StreamConfig.ENCRYPTED_CONTROL);
        exchange("ANNOUNCE", "streamid=control/13/0", withSession(),
                AnnounceWriter.write(config, local, videoPort, false));
    }

    void play() {
        exchange("PLAY", "/", withSession(), NO_BODY);
    }

    /** True if video comes encrypted: the client wants it and the host can, or the host insists. */
    boolean videoEncrypted() {
        Encryption wanted = options.encryption();
        return wanted.video() && (abilities.encryptionSupported() & EncryptionPolicy.VIDEO) != 0
                || (abilities.encryptionRequested() & EncryptionPolicy.VIDEO) != 0;
    }

    /** True if sound comes encrypted: clients expect it once they have said so, whatever the host offers. */
    boolean audioEncrypted() {
        return options.encryption().audio() || (abilities.encryptionRequested() & EncryptionPolicy.AUDIO) != 0;
    }

    /** True if the host can avoid lost frames as references. */
    boolean referenceInvalidation() {
        return abilities.referenceInvalidation();
    }

    /** The packet size as announced. */
    int packetSize() {
        return options.packetSize() - (videoEncrypted() ? VIDEO_ENCRYPTION_SHARE : 0);
    }

    int packetMillis() {
        return PACKET_MILLIS;
    }

    boolean highAudio() {
        return highAudio;
    }

    boolean rtspEncrypted() {
        return cipher.isPresent();
    }

    private Stream stream(Answer answer, int defaultPort) {
        return new Stream(new InetSocketAddress(host, answer.serverPort().orElse(defaultPort)),
                answer.pingPayload().orElse(""));
    }

    private List<Header> withSession(Header... more) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Session", session.orElseThrow()));
        headers.addAll(List.of(more));
        return headers;
    }

    private Answer exchange(String method, String target, List<Header> headers, byte[] body) {
        byte[] request = RtspRequest.of(method, target, ++cseq, hostHeader, headers, body).format();
        try {
            byte[] bytes = connection.exchange(cipher.isPresent() ? cipher.get().seal(request) : request);
            Answer answer = ClientResponseParser.parse(cipher.isPresent() ? open(method, bytes) : bytes);
            if (answer.status() != 200) {
                throw new ClientException(stage(method), target + ": the host answered " + answer.status(),
                        answer.status(), null);
            }
            return answer;
        } catch (IOException | RtspException e) {
            throw failed(method, target + ": " + e.getMessage(), e);
        }
    }

    private byte[] open(String method, byte[] frame) {
        return switch (cipher.orElseThrow().open(frame)) {
            case RtspCipher.Opened.Message m -> m.plain();
            case RtspCipher.Opened.Refused r -> throw failed(method, "encrypted answer of " + frame.length
                    + " bytes refused: " + r.why(), null);
        };
    }

    private static ClientException failed(String method, String message, Exception cause) {
        return new ClientException(stage(method), message, cause);
    }

    private static String stage(String method) {
        return "rtsp-" + method.toLowerCase(Locale.ROOT);
    }
}
