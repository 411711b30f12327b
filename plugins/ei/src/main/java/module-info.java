/** Keyboard and pointer through an emulated-input server: Mutter's, KWin's, gamescope's, a portal's. */
module lumen.plugin.ei {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.ei;

    provides lumen.spi.InputSinkProvider with lumen.plugin.ei.EiInputProvider;
}
