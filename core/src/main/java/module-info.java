/**
 * The GameStream protocol without I/O: bytes and {@code nowNanos} in, bytes and decisions out. No
 * sockets, threads, clocks or logging; the host and the client share it, and every test is a function
 * call.
 */
module lumen.core {
    requires jdk.incubator.vector;

    exports lumen.core.audio;
    exports lumen.core.control;
    exports lumen.core.crypto;
    exports lumen.core.enet;
    exports lumen.core.fec;
    exports lumen.core.input;
    exports lumen.core.loss;
    exports lumen.core.metrics;
    exports lumen.core.pacing;
    exports lumen.core.pairing;
    exports lumen.core.rtsp;
    exports lumen.core.sdp;
    exports lumen.core.session;
    exports lumen.core.video;
}
