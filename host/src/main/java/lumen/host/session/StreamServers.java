package lumen.host.session;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import lumen.host.config.NetworkSettings;
import lumen.host.control.ControlServer;
import lumen.host.media.MediaSocket;
import lumen.host.net.PortInUseException;
import lumen.host.rtsp.RtspSessions.StreamPorts;
import lumen.posix.PosixException;

/** The UDP servers that all sessions share. */
public final class StreamServers implements AutoCloseable {
    private final MediaSocket video;
    private final MediaSocket audio;
    private final ControlServer control;

    private StreamServers(MediaSocket video, MediaSocket audio, ControlServer control) {
        this.video = video;
        this.audio = audio;
        this.control = control;
    }

    /**
     * Binds all three ports.
     *
     * @throws PortInUseException if one is taken; none stays bound then
     */
    public static StreamServers open(NetworkSettings network) {
        MediaSocket video = media(MediaSocket.Kind.VIDEO, network.video(), network.dscp(), "video", "network.video-port");
        MediaSocket audio = null;
        try {
            audio = media(MediaSocket.Kind.AUDIO, network.audio(), network.dscp(), "audio", "network.audio-port");
            return new StreamServers(video, audio, control(network.control()));
        } catch (RuntimeException e) {
            video.close();
            if (audio != null) {
                audio.close();
            }
            throw e;
        }
    }

    private static MediaSocket media(MediaSocket.Kind kind, InetSocketAddress address, boolean dscp, String purpose, String setting) {
        try {
            return new MediaSocket(kind, address, dscp);
        } catch (PosixException e) {
            throw new PortInUseException("UDP", address.getPort(), purpose, setting, e);
        }
    }

    private static ControlServer control(InetSocketAddress address) {
        try {
            return ControlServer.open(address);
        } catch (BindException e) {
            throw new PortInUseException("UDP", address.getPort(), "control", "network.control-port", e);
        } catch (IOException e) {
            throw new IllegalStateException("can't listen on " + address + " for control", e);
        }
    }

    MediaSocket video() {
        return video;
    }

    MediaSocket audio() {
        return audio;
    }

    ControlServer control() {
        return control;
    }

    StreamPorts ports() {
        return new StreamPorts(video.port(), control.port(), audio.port());
    }

    @Override
    public void close() {
        control.close();
        audio.close();
        video.close();
    }
}
