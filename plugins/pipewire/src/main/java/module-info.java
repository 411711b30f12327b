/** Takes frames and sound from PipeWire. */
module lumen.plugin.pipewire {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.pipewire;

    provides lumen.spi.CapturerProvider with lumen.plugin.pipewire.PipewireCapturerProvider;
    provides lumen.spi.AudioSourceProvider with lumen.plugin.pipewire.audio.PipewireAudioProvider;
}
