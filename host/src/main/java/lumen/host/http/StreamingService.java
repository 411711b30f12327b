package lumen.host.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import lumen.host.identity.PairedClient;

/** What the HTTP API needs of sessions. Called on any thread; launch and resume may block. */
public interface StreamingService {

    /** What a client can start; never empty. */
    List<AppEntry> apps();

    /** The app this client has running, whether or not it streams it at the moment. */
    OptionalInt runningApp(PairedClient client);

    /**
     * Starts an app for a client.
     *
     * @param parameters the query, names without regard to case
     * @return where the client finds RTSP
     * @throws Refusal with the words for the user
     */
    SessionAddress launch(PairedClient client, Map<String, String> parameters, RequestOrigin origin);

    /**
     * Returns to the client's running app with new keys.
     *
     * @throws Refusal with the words for the user
     */
    SessionAddress resume(PairedClient client, Map<String, String> parameters, RequestOrigin origin);

    /** Ends the client's app and stream; done when it returns. */
    void cancel(PairedClient client);

    /**
     * An entry of the app list.
     *
     * @param id    1 to 2³¹−1, stable
     * @param title what the client shows
     * @param hdr   whether it can be streamed in HDR
     */
    record AppEntry(int id, String title, boolean hdr) {
    }

    /**
     * Where a launched session is to be had.
     *
     * @param encrypted whether RTSP is encrypted
     * @param port      RTSP port
     */
    record SessionAddress(boolean encrypted, int port) {
    }

    /** Box art of an app as PNG. */
    Optional<byte[]> boxArt(int appId);
}
