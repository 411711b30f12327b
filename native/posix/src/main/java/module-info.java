/**
 * Linux system calls through the foreign function interface: layouts, handles and one thin typed class
 * each, no policy. Not an API: exported to lumen's own modules only.
 */
module lumen.posix {
    exports lumen.posix to lumen.host, lumen.wayland, lumen.plugin.wlroots, lumen.pipewire, lumen.plugin.pipewire,
            lumen.dbus, lumen.ei, lumen.plugin.ei, lumen.plugin.mutter, lumen.plugin.portal, lumen.plugin.cpufallback,
            lumen.plugin.gamescope, lumen.plugin.kwin, lumen.client, lumen.tools, lumen.rig.window,
            lumen.cuda, lumen.vulkan, lumen.plugin.zerocopy.vulkan, lumen.plugin.zerocopy.egl, lumen.plugin.ffmpeg;
}
