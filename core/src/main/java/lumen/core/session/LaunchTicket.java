package lumen.core.session;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import lumen.core.rtsp.RtspCipher;

/**
 * One accepted /launch or /resume: whose it is, the fresh key, and the random values by which RTSP, pings and
 * the control connection find back to it. Immutable but for the RTSP counters and the ANNOUNCE claim, both
 * thread-safe.
 */
public final class LaunchTicket {
    /** How long RTSP and the control connection have to appear: what Sunshine's clients are used to. */
    public static final long LIFETIME_NANOS = 10_000_000_000L;

    private final LaunchRequest request;
    private final int appId;
    private final String clientFingerprint;
    private final InetAddress clientAddress;
    private final boolean resume;
    private final String sessionToken;
    private final String audioPing;
    private final String videoPing;
    private final int connectData;
    private final RtspCipher cipher;
    private final long expiresNanos;
    private final AtomicBoolean announced = new AtomicBoolean();

    private LaunchTicket(LaunchRequest request, int appId, String clientFingerprint, InetAddress clientAddress, boolean resume,
        RandomGenerator random, long nowNanos) {
        this.request = request;
        this.appId = appId;
        this.clientFingerprint = clientFingerprint;
        this.clientAddress = clientAddress;
        this.resume = resume;
        sessionToken = hex(random);
        audioPing = hex(random);
        videoPing = hex(random);
        connectData = random.nextInt();
        cipher = new RtspCipher(request.key(), RtspCipher.Side.HOST);
        expiresNanos = nowNanos + LIFETIME_NANOS;
    }

    /**
     * @param appId the app that runs, which a resume may not name
     * @param clientFingerprint SHA-256 of the client's certificate
     * @param clientAddress where the request came from; finds plain RTSP and legacy pings
     * @param random a secure source
     */
    public static LaunchTicket issue(LaunchRequest request, int appId, String clientFingerprint, InetAddress clientAddress, boolean resume,
        RandomGenerator random, long nowNanos) {
        return new LaunchTicket(request, appId, clientFingerprint, clientAddress, resume, random, nowNanos);
    }

    public LaunchRequest request() {
        return request;
    }

    public int appId() {
        return appId;
    }

    public String clientFingerprint() {
        return clientFingerprint;
    }

    public InetAddress clientAddress() {
        return clientAddress;
    }

    public boolean isResume() {
        return resume;
    }

    /** AES key of every stream of this launch, 16 bytes; a copy. */
    public byte[] key() {
        return request.key().clone();
    }

    public int rikeyId() {
        return request.rikeyId();
    }

    /** The RTSP Session token. */
    public String sessionToken() {
        return sessionToken;
    }

    /** X-SS-Ping-Payload of SETUP audio: 16 hex characters. */
    public String audioPing() {
        return audioPing;
    }

    /** X-SS-Ping-Payload of SETUP video; differs from the audio one. */
    public String videoPing() {
        return videoPing;
    }

    /** X-SS-Connect-Data: data word of the ENet CONNECT, unsigned. */
    public int connectData() {
        return connectData;
    }

    public RtspCipher rtspCipher() {
        return cipher;
    }

    public boolean expired(long nowNanos) {
        return nowNanos - expiresNanos >= 0;
    }

    public long expiresNanos() {
        return expiresNanos;
    }

    /** True for the first caller only: one ANNOUNCE makes one stream. */
    public boolean claimAnnounce() {
        return announced.compareAndSet(false, true);
    }

    /** Whether an ANNOUNCE was accepted. */
    public boolean announced() {
        return announced.get();
    }

    private static String hex(RandomGenerator random) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
