/** Displays on an own headless gamescope with one program inside, or on a gamescope that runs already. */
module lumen.plugin.gamescope {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.wayland;
    requires com.fasterxml.jackson.jr.ob;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.gamescope.GamescopeProvider;
}
