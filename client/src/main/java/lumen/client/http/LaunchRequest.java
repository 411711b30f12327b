package lumen.client.http;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code /launch} and {@code /resume} ask for (control-plane.md 3.5).
 *
 * @param appId     from the application list
 * @param key       16 bytes, new for every launch and resume
 * @param keyId     seeds the audio IVs; sent as a signed decimal
 * @param surround  channel mask in the high, channel count in the low 16 bits
 */
public record LaunchRequest(int appId, int width, int height, int fps, byte[] key, int keyId, int surround) {
    /** Two channels, front left and right. */
    public static final int STEREO = 0x30002;

    Map<String, String> parameters() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("appid", Integer.toString(appId));
        query.put("mode", width + "x" + height + "x" + fps);
        query.put("additionalStates", "1");
        query.put("sops", "0");
        query.put("rikey", HexFormat.of().formatHex(key));
        query.put("rikeyid", Integer.toString(keyId));
        query.put("localAudioPlayMode", "0");
        query.put("surroundAudioInfo", Integer.toString(surround));
        query.put("remoteControllersBitmap", "0");
        query.put("gcmap", "0");
        query.put("gcpersist", "0");
        query.put("corever", "1");
        return query;
    }
}
