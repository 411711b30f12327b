package lumen.host.session;

import java.io.IOException;
import lumen.host.config.NetworkSettings;
import lumen.host.control.ControlServer;
import lumen.host.media.MediaSocket;
import lumen.host.net.PortInUseException;
import lumen.host.net.PortPurpose;
import lumen.host.rtsp.MediaPorts;
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
        MediaSocket video = media(MediaSocket.Kind.VIDEO, network, PortPurpose.VIDEO);
        MediaSocket audio = null;
        try {
            audio = media(MediaSocket.Kind.AUDIO, network, PortPurpose.AUDIO);
            return new StreamServers(video, audio, control(network));
        } catch (RuntimeException e) {
            video.close();
            if (audio != null) {
                audio.close();
            }
            throw e;
        }
    }

    private static MediaSocket media(MediaSocket.Kind kind, NetworkSettings network, PortPurpose purpose) {
        try {
            return new MediaSocket(kind, network.address(purpose), network.dscp());
        } catch (PosixException e) {
            throw new PortInUseException(network.ports().port(purpose), purpose, e);
        }
    }

    private static ControlServer control(NetworkSettings network) {
        try {
            return ControlServer.open(network.address(PortPurpose.CONTROL));
        } catch (IOException e) {
            throw new PortInUseException(network.ports().port(PortPurpose.CONTROL), PortPurpose.CONTROL, e);
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

    MediaPorts ports() {
        return new MediaPorts(audio.port(), video.port(), control.port());
    }

    @Override
    public void close() {
        control.close();
        audio.close();
        video.close();
    }
}
