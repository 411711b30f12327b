package lumen.core.session;

import java.util.HexFormat;
import java.util.Map;

/**
 * The query of /launch or /resume, validated (control plane, section 3.5). Unknown parameters are ignored,
 * optional ones have Sunshine's defaults.
 *
 * @param appId 0 on a resume that names none
 * @param width pixels; 0 with an absent mode
 * @param height pixels; 0 with an absent mode
 * @param refreshMilliHertz 0 if the client leaves it open
 * @param key 16 bytes; not copied
 * @param rikeyId signed; seeds initialisation vectors
 * @param hostAudio whether the sound also plays on the host
 * @param optimizeSettings the user's leave to change display modes
 * @param channels 2, 6 or 8
 * @param channelMask as sent
 * @param gamepads bit i = controller i is attached
 * @param hdr whether the client can decode 10 bit
 * @param coreVersion ≥ 1: encrypted RTSP, control encryption V2, video encryption
 * @param continuousAudio keep sending in silence
 */
public record LaunchRequest(int appId, int width, int height, int refreshMilliHertz, byte[] key, int rikeyId, boolean hostAudio,
    boolean optimizeSettings, int channels, int channelMask, int gamepads, boolean hdr, int coreVersion, boolean continuousAudio) {
    private static final int MAX_DIMENSION = 16_384;
    private static final int MAX_HERTZ = 1000;
    private static final int STEREO = 0x3_0002;

    /**
     * @param query parameters by lower-case name
     * @param resume whether appid and localAudioPlayMode may be absent
     */
    public static LaunchRequest parse(Map<String, String> query, boolean resume) throws LaunchException {
        int[] mode = mode(query.getOrDefault("mode", "0x0x0"));
        int surround = (int) number(query, "surroundaudioinfo", STEREO, 1, 0xffff_ffffL);
        int channels = surround & 0xffff;
        if (channels != 2 && channels != 6 && channels != 8) {
            throw new LaunchException("surroundAudioInfo asks for " + channels + " channels, not 2, 6 or 8");
        }
        if (!resume) {
            required(query, "appid");
            required(query, "localaudioplaymode");
        }
        required(query, "rikey");
        required(query, "rikeyid");
        return new LaunchRequest((int) number(query, "appid", 0, Integer.MIN_VALUE, Integer.MAX_VALUE), mode[0], mode[1], mode[2],
            key(query.get("rikey")), (int) number(query, "rikeyid", 0, Integer.MIN_VALUE, 0xffff_ffffL),
            flag(query, "localaudioplaymode"), flag(query, "sops"), channels, surround >>> 16,
            (int) number(query, "gcmap", 0, Integer.MIN_VALUE, 0xffff_ffffL), flag(query, "hdrmode"),
            (int) number(query, "corever", 0, 0, Integer.MAX_VALUE), flag(query, "continuousaudio"));
    }

    /** Whether RTSP goes encrypted. */
    public boolean encryptedRtsp() {
        return coreVersion >= 1;
    }

    private static byte[] key(String hex) throws LaunchException {
        try {
            byte[] key = HexFormat.of().parseHex(hex);
            if (key.length == 16) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw new LaunchException("rikey is not hexadecimal");
        }
        throw new LaunchException("rikey is not 32 hexadecimal digits");
    }

    /** {@code WxHxF}; F may be fractional, or in thousandths from 1000 on. */
    private static int[] mode(String text) throws LaunchException {
        String[] parts = text.split("x", -1);
        if (parts.length != 3 || text.length() > 32) {
            throw new LaunchException("mode is not WIDTHxHEIGHTxFPS");
        }
        try {
            int width = Integer.parseInt(parts[0]);
            int height = Integer.parseInt(parts[1]);
            double hertz = parts[2].chars().allMatch(c -> c >= '0' && c <= '9' || c == '.') ? Double.parseDouble(parts[2]) : -1;
            long milli = Math.round(hertz < MAX_HERTZ ? hertz * 1000 : hertz);
            if (width >= 0 && width <= MAX_DIMENSION && height >= 0 && height <= MAX_DIMENSION && milli >= 0 && milli <= MAX_HERTZ * 1000L) {
                return new int[] {width, height, (int) milli};
            }
        } catch (NumberFormatException e) {
            throw new LaunchException("mode is not WIDTHxHEIGHTxFPS");
        }
        throw new LaunchException("mode is beyond " + MAX_DIMENSION + "x" + MAX_DIMENSION + "x" + MAX_HERTZ);
    }

    private static void required(Map<String, String> query, String name) throws LaunchException {
        if (query.getOrDefault(name, "").isEmpty()) {
            throw new LaunchException("the parameter " + name + " is missing");
        }
    }

    private static boolean flag(Map<String, String> query, String name) throws LaunchException {
        return number(query, name, 0, Integer.MIN_VALUE, Integer.MAX_VALUE) != 0;
    }

    private static long number(Map<String, String> query, String name, long absent, long min, long max) throws LaunchException {
        String text = query.getOrDefault(name, "");
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new LaunchException("the parameter " + name + " is no number");
        }
        throw new LaunchException("the parameter " + name + " is out of range");
    }
}
