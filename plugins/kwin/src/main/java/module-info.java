/** Displays on the KWin the user runs, and its fake input. */
module lumen.plugin.kwin {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.wayland;
    requires lumen.dbus;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.kwin.KwinProvider;
    provides lumen.spi.InputSinkProvider with lumen.plugin.kwin.KwinInputProvider;
}
