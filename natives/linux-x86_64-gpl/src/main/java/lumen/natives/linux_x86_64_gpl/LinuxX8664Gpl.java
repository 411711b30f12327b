package lumen.natives.linux_x86_64_gpl;

import lumen.spi.NativeLibraries;

/**
 * Names this set of native libraries. The work is done by this module's descriptor, which
 * {@code requires} them.
 */
public final class LinuxX8664Gpl implements NativeLibraries {
    @Override
    public String id() {
        return "linux-x86_64-gpl";
    }
}
