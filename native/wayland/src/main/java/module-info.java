/**
 * A Wayland client in Java: wire format, objects, descriptors, and the protocol descriptions lumen uses. Not
 * an API: exported to lumen's own modules only.
 */
module lumen.wayland {
    requires lumen.posix;

    exports lumen.wayland to lumen.plugin.wlroots, lumen.plugin.kwin, lumen.plugin.mutter, lumen.plugin.gamescope,
            lumen.plugin.portal, lumen.rig.window;
}
