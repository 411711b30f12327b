package lumen.host.plugin;

import lumen.spi.AudioSourceProvider;
import lumen.spi.CapturerProvider;
import lumen.spi.EncoderProvider;
import lumen.spi.FrameImporterProvider;
import lumen.spi.InputSinkProvider;
import lumen.spi.Provider;
import lumen.spi.VirtualDisplayProvider;

/** The kinds of backends, in the order of the frame path. */
public enum Kind {
    DISPLAY("display", VirtualDisplayProvider.class),
    CAPTURER("capturer", CapturerProvider.class),
    IMPORTER("importer", FrameImporterProvider.class),
    ENCODER("encoder", EncoderProvider.class),
    AUDIO("audio", AudioSourceProvider.class),
    INPUT("input", InputSinkProvider.class);

    private final String label;
    private final Class<? extends Provider> service;

    Kind(String label, Class<? extends Provider> service) {
        this.label = label;
        this.service = service;
    }

    /** The word for people. */
    public String label() {
        return label;
    }

    /** The SPI's service type. */
    public Class<? extends Provider> service() {
        return service;
    }
}
