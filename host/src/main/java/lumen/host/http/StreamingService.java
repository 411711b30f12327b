package lumen.host.http;

import java.util.List;
import lumen.core.sdp.CodecModes;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;

/** What the HTTP servers need of the rest of the host. */
public interface StreamingService {
    /** At least one app. Called on an event loop: must not block. */
    List<StreamingApp> apps();

    /** What can be encoded now. Called on an event loop: must not block. */
    CodecModes codecs();

    /** Id of the app that runs for the client with this certificate; 0 if none. Event loop: must not block. */
    int runningApp(String fingerprint);

    /**
     * Starts an app for the caller. Returns once RTSP would find the ticket. May block.
     *
     * @throws LaunchRefusal 400 if something runs for this caller, 404 for an unknown app, 403 or 503
     */
    LaunchTicket launch(Caller caller, LaunchRequest request) throws LaunchRefusal;

    /**
     * A new ticket with the request's key for the caller's running app; its old stream ends. May block.
     *
     * @throws LaunchRefusal 503 if nothing runs for this caller
     */
    LaunchTicket resume(Caller caller, LaunchRequest request) throws LaunchRefusal;

    /** Ends the caller's app and streams; {@link #runningApp} is 0 when this returns. May block. */
    void cancel(Caller caller) throws LaunchRefusal;
}
