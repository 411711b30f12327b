package lumen.plugin.gamescope;

import java.nio.file.Path;
import lumen.rig.host.TestHost;

/** The host that gamescope's backend sees in its tests. */
final class GamescopeHost {
    private GamescopeHost() {
    }

    /** Without settings of our own, whatever the environment says. */
    static TestHost in(Path folder) {
        TestHost host = new TestHost(folder).refusing(TestHost.Service.NOTES);
        host.variables.remove(GamescopeProvider.NODE);
        host.variables.remove(GamescopeProvider.ARGUMENTS);
        return host;
    }
}
