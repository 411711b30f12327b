package lumen.host.config;

import java.net.InetSocketAddress;

/**
 * Section {@code network}: where each server listens. All ports follow from the base port unless they have
 * one of their own.
 *
 * @param http    HTTP API
 * @param https   HTTPS API
 * @param rtsp    RTSP
 * @param video   RTP video
 * @param control ENet
 * @param audio   RTP audio
 * @param mdns    whether to announce the host
 * @param dscp    whether to mark media packets
 */
public record NetworkSettings(InetSocketAddress http, InetSocketAddress https, InetSocketAddress rtsp, InetSocketAddress video,
                              InetSocketAddress control, InetSocketAddress audio, boolean mdns, boolean dscp) {
    private static final int HTTPS_OFFSET = -5;
    private static final int VIDEO_OFFSET = 9;
    private static final int CONTROL_OFFSET = 10;
    private static final int AUDIO_OFFSET = 11;
    private static final int RTSP_OFFSET = 21;

    /** @throws ConfigException if the address to listen on has no such name */
    public static NetworkSettings of(Settings settings) {
        return new NetworkSettings(
                address(settings, "network.http-port", 0),
                address(settings, "network.https-port", HTTPS_OFFSET),
                address(settings, "network.rtsp-port", RTSP_OFFSET),
                address(settings, "network.video-port", VIDEO_OFFSET),
                address(settings, "network.control-port", CONTROL_OFFSET),
                address(settings, "network.audio-port", AUDIO_OFFSET),
                settings.flag("network.mdns"), settings.flag("network.dscp"));
    }

    private static InetSocketAddress address(Settings settings, String key, int offset) {
        int port = settings.whole(key);
        if (port == 0) {
            port = settings.whole("network.base-port") + offset;
        }
        String bind = settings.text("network.bind");
        InetSocketAddress address = bind.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(bind, port);
        if (address.isUnresolved()) {
            throw new ConfigException("setting network.bind = \"" + bind + "\" (" + settings.value("network.bind").source()
                    + "): allowed is an address of this machine");
        }
        return address;
    }
}
