package lumen.client.http;

/**
 * What a host says about itself in {@code /serverinfo}.
 *
 * @param hostname    display name
 * @param uniqueId    the host's identity, stable over restarts
 * @param appVersion  protocol generation, {@code 7.1.431.-1} for hosts of today
 * @param httpsPort   where the paired interface is
 * @param paired      true only over HTTPS, with a certificate the host knows
 * @param currentGame id of the application that runs for this client, 0 if none
 * @param state       ends in {@code _SERVER_BUSY} or {@code _SERVER_FREE}
 * @param codecModes  {@code ServerCodecModeSupport} bits
 */
public record ServerInfo(String hostname, String uniqueId, String appVersion, int httpsPort, boolean paired,
                         int currentGame, String state, long codecModes) {
    static final int DEFAULT_HTTPS_PORT = 47984;

    static ServerInfo of(HostDocument document) {
        long port = document.number("HttpsPort", 0);
        if (port < 0 || port > 65535) {
            throw new MalformedAnswerException("HttpsPort " + port);
        }
        return new ServerInfo(document.text("hostname").orElse("UNKNOWN"), document.required("uniqueid"),
                document.required("appversion"), port == 0 ? DEFAULT_HTTPS_PORT : (int) port,
                document.number("PairStatus", 0) == 1, (int) document.number("currentgame", 0),
                document.text("state").orElse(""), document.number("ServerCodecModeSupport", 0));
    }

    /** True if an application runs that can be resumed. */
    public boolean busy() {
        return currentGame != 0 && state.endsWith("_SERVER_BUSY");
    }
}
