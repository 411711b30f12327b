package lumen.host.rtsp;

import lumen.core.rtsp.StreamKind;

/** The UDP ports that SETUP names; bound before the first answer says so. */
public record MediaPorts(int audio, int video, int control) {
    int of(StreamKind kind) {
        return switch (kind) {
            case AUDIO -> audio;
            case VIDEO -> video;
            case CONTROL -> control;
        };
    }
}
