/**
 * PipeWire through {@code libpipewire-0.3}, found at run time: connections, registry, streams, and the pods that
 * parameters are written in. Not an API: exported to lumen's own modules only.
 */
module lumen.pipewire {
    requires lumen.posix;

    exports lumen.pipewire to lumen.plugin.pipewire, lumen.plugin.gamescope, lumen.plugin.portal, lumen.plugin.mutter,
            lumen.plugin.kwin, lumen.plugin.wlroots;
    exports lumen.pipewire.pod to lumen.plugin.pipewire;
}
