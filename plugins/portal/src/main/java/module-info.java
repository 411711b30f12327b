/** What a desktop's own portal grants: a screen cast and, with it, input. */
module lumen.plugin.portal {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.dbus;
    requires lumen.wayland;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.portal.PortalProvider;
}
