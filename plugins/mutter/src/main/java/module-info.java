/** Virtual monitors of Mutter, the compositor of GNOME. */
module lumen.plugin.mutter {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.wayland;
    requires lumen.dbus;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.mutter.MutterProvider;
}
