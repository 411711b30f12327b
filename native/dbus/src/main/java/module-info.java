/**
 * A D-Bus client that passes file descriptors, which the libraries for Java can't. Not an API: exported to lumen's own
 * modules only.
 */
module lumen.dbus {
    requires lumen.posix;

    exports lumen.dbus to lumen.plugin.mutter, lumen.plugin.kwin, lumen.plugin.portal, lumen.plugin.wlroots,
            lumen.host;
}
