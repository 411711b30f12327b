/** Displays on an own headless sway, screen capture and virtual input for compositors built on wlroots. */
module lumen.plugin.wlroots {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.wayland;
    requires com.fasterxml.jackson.jr.ob;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.wlroots.SwayProvider;
    provides lumen.spi.CapturerProvider with lumen.plugin.wlroots.OutputCapturerProvider;
    provides lumen.spi.InputSinkProvider with lumen.plugin.wlroots.WlrInputProvider;
}
